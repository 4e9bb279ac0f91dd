// search.js 的纯函数：不开浏览器，几十毫秒跑完。

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';

createRequire(import.meta.url)('../../theme/search.js');
const { codeSpans, emphasise, fold, keywords, markPattern, packTerms, parse, prepare, search, squeeze, teaser, unpackTerms, withParams } = globalThis.bookSearch;

/** 一本小书：[标题, 正文]，网址是 a.html#0、a.html#1…… */
function shelf(...sections) {
  return prepare({
    doc_urls: sections.map((_, i) => `a.html#${i}`),
    index: { documentStore: { docs: Object.fromEntries(sections.map(([title, body], i) => [i, { title, body, breadcrumbs: `书 » ${title}` }])) } },
  });
}
const found = (prepared, query) => search(prepared, query).results.map(({ section, near }) => `${near ? '~' : ''}${section.url.slice(7)}`);
const shown = (pieces) => pieces.map(({ text, hit }) => (hit ? `[${text}]` : text)).join('');

test('折叠不改变长度', () => {
  for (const text of ['ＳＯ＿ＲＥＵＳＥＡＤＤＲ', 'İstanbul', '“引号”‘’', '𠮷野家 A\tB\u3000C', 'ß ﬁ']) assert.equal(fold(text).length, text.length, text);
  assert.equal(fold('ＴＣＰ　１２３“Ａ”'), 'tcp 123"a"');
});

test('压紧去掉汉字旁边的空白，位置还指得回原文', () => {
  const original = '先 TCP  连接，再\n关 let  mut';
  const { text, at } = squeeze(original);
  assert.equal(text, '先tcp连接,再关let mut');
  const i = text.indexOf('连接');
  assert.equal(original.slice(at[i], at[i + 1] + 1), '连接');
});

test('查询拆成几部分', () => {
  assert.deepEqual(parse('端口，占用？').parts, ['端口', '占用']);
  assert.deepEqual(parse('println! io::Error').parts, ['println!', 'io::error']);
  assert.deepEqual(parse('ｉｏ：：Ｅｒｒｏｒ').parts, ['io::error']);
  assert.deepEqual(parse('"os error 111" 拒绝').parts, ['os error 111', '拒绝']);
  assert.deepEqual(parse('这是什么?').parts, ['这是什么']);
  assert.deepEqual(parse('"').parts, ['"']);
  assert.deepEqual(parse('   ').parts, []);
});

test('虚词去掉，含着虚词的字的词不拆', () => {
  assert.equal(keywords('为什么要分配地址').trim(), '分配地址');
  assert.equal(keywords('对端是谁').trim(), '对端');
  assert.equal(keywords('什么'), '什么', '去得什么也不剩，就用原来的');
});

test('一字不差的够五个，就不找相近的；不够才找，并且注明', () => {
  const many = shelf(...Array.from({ length: 6 }, (_, i) => [`节${i}`, '流量控制是自动的']));
  assert.equal(search(many, '流量控制').results.some(({ near }) => near), false);
  const few = shelf(['一', '流量控制是自动的'], ['二', '流量由内核控制'], ['三', '无关']);
  assert.deepEqual(found(few, '流量控制'), ['0', '~1']);
  assert.deepEqual(found(few, '量子纠缠'), []);
});

test('标题在正文前，正文在代码前', () => {
  const code = '程序 1-1 listings/ch01/src/bin/a.rs fn main() { setsockopt(1); } 后面的话。';
  assert.deepEqual(found(shelf(['代码', code], ['正文', '调用 setsockopt 就行。'], ['setsockopt', '别的。']), 'setsockopt'), ['2', '1', '0']);
});

test('挨着的在分开的前面；整个数字才算数', () => {
  const book = shelf(['一', '连接很长，后来才说到 TCP。'], ['二', '一条 TCP 连接。']);
  assert.deepEqual(found(book, 'TCP 连接'), ['1', '0']);
  assert.deepEqual(search(shelf(['一', '99999 (os error 98)']), 'os error 999').count, 0);
  assert.equal(search(shelf(['一', '端口 9190']), '919').count, 1);
});

test('程序到配平的花括号为止，后面的话是正文', () => {
  const body = "前面。 程序 1-1 listings/ch01/src/bin/a.rs //! 说明 fn main() { f(\"{x}\"); }\n/// 帮手 fn f() { '{'; } 后面的话。";
  const [[start, end]] = codeSpans(body);
  assert.ok(body.slice(start).startsWith('//!'));
  assert.equal(body.slice(end), ' 后面的话。');
});

test('摘录强调命中，取聚得最多的一段，只切不改', () => {
  const body = `${'无关的话。'.repeat(60)}这里讲端口和占用。${'无关的话。'.repeat(60)}`;
  const prepared = shelf(['节', body]);
  const pieces = teaser(search(prepared, '端口 占用').results[0]);
  assert.match(shown(pieces), /^….*\[端口\]和\[占用\].*…$/);
  assert.ok(body.includes(pieces.slice(1, -1).map(({ text }) => text).join('')));
  assert.equal(shown(emphasise('TCP 连接', ['tcp连接'])), '[TCP 连接]');
});

test('提示框的英语标题不在摘录里，也找不到', () => {
  const prepared = shelf(['节', '程序看不到。 Warning 常见误解：接收方要读得快。']);
  assert.equal(shown(teaser(search(prepared, '误解').results[0])), '程序看不到。  常见[误解]：接收方要读得快。');
  assert.deepEqual(found(prepared, 'Warning'), []);
});

test('标记参数来回一趟不变，正则里的字符当字面', () => {
  const terms = ['os error 111', 'arc<mutex', 'a+b', '连接'];
  assert.deepEqual(unpackTerms(packTerms(terms)), terms);
  assert.ok(markPattern(['a+b', '(x)']).test('A+B'));
  assert.ok(markPattern(['tcp连接']).test('TCP\n 连接'));
  assert.equal('aab'.match(markPattern(['a+b'])), null);
});

test('网址里的特殊字符', () => {
  for (const query of ['C++', '&mut', '100%', 'a#b', '"x"', "'", '端口?']) {
    const url = withParams('http://x/book/a.html?highlight=1#h', { search: query, highlight: '' });
    assert.equal(new URL(url.href).searchParams.get('search'), query);
    assert.equal(url.searchParams.has('highlight'), false);
    // mdBook 自己的读法：先把加号换成空格，再解码。
    assert.equal(decodeURIComponent(/search=([^&#]*)/.exec(url.href)[1].replace(/\+/g, '%20')), query);
  }
});
