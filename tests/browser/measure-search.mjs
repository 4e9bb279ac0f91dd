// 搜索好不好，用数说话：node measure-search.mjs
//
// 查询从建好的页面里取，答案也从页面的文字里算，不看 search.js 的索引和它的切分。
// 问句在 questions.json 里：一半用来调（tune），另一半没有看着它调过（held），后来别人又写的（later）。
// 目标（见 GOALS）没有达到就以 1 退出；时间只报告，不作准：机器忙的时候它说明不了什么。

import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

import { files, HTML, openBook, pages } from './lib/book.mjs';
import { copyBook, makeLazy } from './lib/search.mjs';
import { readIndex, strip } from './strip-index.mjs';

const EACH = 13;
const ABSENT = ['量子纠缠', '霓虹灯', '葡萄酒', '鲸鱼', '神经网络', 'kubernetes', 'async-std', 'Arc<Mutex', 'zzz_zzz', 'os error 999', '火星车', '&dyn Foo'];
const GOALS = { hit: 1, precision: 0.99, mrr: 0.98, questions: 0.9, emphasised: 0.95, gzipAt100: 350 * 1024 };

/** 页面里的节，和 mdBook 的索引一样按一到三级标题切：[{url, text}]。在浏览器里运行。 */
async function readSections([root, names]) {
  const sections = [];
  for (const name of names) {
    const page = new DOMParser().parseFromString(await (await fetch(root + name)).text(), 'text/html');
    let current = null;
    const walk = (node) => {
      for (const child of node.childNodes) {
        if (child.nodeType === Node.TEXT_NODE) {
          if (!current) continue;
          current.text += child.data;
          if (!child.parentElement.closest('pre')) current.prose += child.data;
        } else if (child.nodeType === Node.ELEMENT_NODE && !/^(script|style)$/.test(child.localName)) {
          if (/^h[1-3]$/.test(child.localName) && child.id) {
            current = { url: `${name}#${child.id}`, text: '', prose: '', bold: [], inline: [] };
            sections.push(current);
          }
          if (child.localName === 'strong') current?.bold.push(child.textContent);
          if (child.localName === 'code' && child.parentElement.localName !== 'pre') current?.inline.push(child.textContent);
          walk(child);
        }
      }
    };
    walk(page.querySelector('main'));
  }
  return sections;
}

/** 均匀地挑，每次都挑出同样的。 */
function pick(list, count = EACH) {
  const all = [...new Set(list)].sort();
  return Array.from({ length: Math.min(count, all.length) }, (_, i) => all[Math.floor((i * all.length) / count)]);
}

const HAN = '[\\u4e00-\\u9fff]';
const all = (text, pattern) => [...text.matchAll(new RegExp(pattern, 'g'))].map((match) => match[1] ?? match[0]);

/** 六类查询。 */
function queries(sections) {
  const prose = sections.map((section) => section.prose).join('\n');
  const words = [...new Intl.Segmenter('zh', { granularity: 'word' }).segment(prose)].map((piece) => piece.segment);
  const times = new Map();
  for (const word of words) times.set(word, (times.get(word) ?? 0) + 1);
  const often = [...times].filter(([word, count]) => count > 1 && new RegExp(`^${HAN}+$`).test(word)).map(([word]) => word);
  const runs = all(prose, `${HAN}{4,}`);
  return {
    两字词: pick(often.filter((word) => word.length === 2)),
    三到五字的术语: pick([...often.filter((word) => word.length > 2), ...sections.flatMap((section) => section.bold)
      .flatMap((text) => all(text, `${HAN}{3,5}`))]),
    短语: pick(all(prose, `(?<=[，。：；\\n])${HAN}{6,14}(?=[，。：；])`)),
    '中英相连（去掉空格）': pick(all(prose, `[A-Za-z_]{2,} ${HAN}{2}`).map((text) => text.replace(' ', ''))),
    词的一部分: pick(runs.map((run) => run.slice(1, 3))),
    标识符: pick(sections.flatMap((section) => section.inline).filter((text) => /^[A-Za-z0-9_:<>&!()./-]{4,30}$/.test(text))),
  };
}

const bare = (text) => text.replace(/\s+/g, '').toLowerCase();

/** 在搜索框里搜，读出列出来的。search.js 是同步的，事件发完结果就在。在浏览器里运行。 */
function ask(query) {
  const box = document.getElementById('mdbook-searchbar');
  box.value = query;
  // 三次里最快的：别的进程抢走的时间不是它的。
  let time = Infinity;
  for (let i = 0; i < 3; i += 1) {
    const start = performance.now();
    box.dispatchEvent(new InputEvent('input'));
    time = Math.min(time, performance.now() - start);
  }
  const root = new URL(path_to_root, document.baseURI).href;
  return {
    time,
    results: [...document.querySelectorAll('#mdbook-searchresults > li')].map((item) => {
      const url = new URL(item.querySelector('a').href);
      return {
        url: decodeURIComponent((url.origin + url.pathname).slice(root.length) + url.hash),
        near: item.querySelector('.search-near') !== null,
        teaser: item.querySelector('.teaser em') !== null,
        title: item.querySelector('a em') !== null,
      };
    }),
  };
}

const mean = (list) => list.reduce((a, b) => a + b, 0) / Math.max(1, list.length);
const quantile = (list, q) => [...list].sort((a, b) => a - b)[Math.min(list.length - 1, Math.floor(list.length * q))];
const percent = (share) => `${(share * 100).toFixed(1)}%`;
const KB = (bytes) => `${(bytes / 1024).toFixed(1)} KB`;
const zip = (data) => gzipSync(data, { level: 9 }).length;

/** 十兆的网，从按下搜索到列出第一个结果，要多久、取了多少。 */
async function firstHit(book, page) {
  const tab = await book.open();
  const client = await tab.context().newCDPSession(tab);
  await client.send('Network.enable');
  await client.send('Network.emulateNetworkConditions', { offline: false, latency: 20, downloadThroughput: 10e6 / 8, uploadThroughput: 10e6 / 8 });
  await tab.goto(book.url(page), { waitUntil: 'load', timeout: 120000 });
  let bytes = 0;
  client.on('Network.loadingFinished', (event) => { bytes += event.encodedDataLength; });
  const time = await tab.evaluate(() => new Promise((resolve) => {
    const start = performance.now();
    const list = document.getElementById('mdbook-searchresults');
    const box = document.getElementById('mdbook-searchbar');
    new MutationObserver(() => { if (list.querySelector('em')) resolve(performance.now() - start); }).observe(list, { childList: true });
    box.value = '端口';
    document.getElementById('mdbook-search-toggle').click();
    box.dispatchEvent(new InputEvent('input'));
  }));
  await tab.context().close();
  return { time, bytes };
}

const book = await openBook();
const failures = [];
const goal = (name, ok) => { if (!ok) failures.push(name); };
try {
  const tab = await book.open('ch02/exercises.html');
  await tab.keyboard.press('/');
  await tab.waitForFunction(() => window.search?.index && window.bookSearch);
  const names = pages();
  const sections = await tab.evaluate(readSections, [book.url(''), names]);
  const contents = sections.map((section) => bare(section.text));

  const times = [];
  const teasers = { all: 0, teaser: 0, either: 0 };
  const total = { hit: [], precision: [], mrr: [], zero: 0, queries: 0 };
  console.log('| 类 | 查询 | hit@10 | nP@10 | MRR | 一个也没有 |\n|---|---|---|---|---|---|');
  for (const [kind, list] of Object.entries(queries(sections))) {
    const rows = [];
    for (const query of list) {
      const truth = new Set(sections.filter((_, i) => contents[i].includes(bare(query))).map((section) => section.url));
      const { time, results } = await tab.evaluate(ask, query);
      times.push(time);
      const exact = results.filter((result) => !result.near);
      for (const result of exact) {
        teasers.all += 1;
        teasers.teaser += result.teaser;
        teasers.either += result.teaser || result.title;
      }
      const top = exact.slice(0, 10).map((result) => truth.has(result.url));
      const first = exact.findIndex((result) => truth.has(result.url));
      const row = {
        hit: Number(top.includes(true)), precision: top.filter(Boolean).length / Math.min(10, truth.size), mrr: first === -1 ? 0 : 1 / (first + 1),
      };
      if (row.precision < 1 || row.mrr < 1) console.error(`  「${query}」 ${JSON.stringify(row)}，该有 ${truth.size}，得到 ${exact.length}`);
      total.zero += exact.length === 0;
      total.queries += 1;
      rows.push({ ...row, zero: exact.length === 0 });
    }
    for (const name of ['hit', 'precision', 'mrr']) total[name].push(...rows.map((row) => row[name]));
    console.log(`| ${kind} | ${rows.length} | ${mean(rows.map((r) => r.hit)).toFixed(3)} | ${mean(rows.map((r) => r.precision)).toFixed(3)} | ${mean(rows.map((r) => r.mrr)).toFixed(3)} | ${rows.filter((r) => r.zero).length} |`);
  }
  console.log(`| 合计 | ${total.queries} | ${mean(total.hit).toFixed(3)} | ${mean(total.precision).toFixed(3)} | ${mean(total.mrr).toFixed(3)} | ${total.zero} |\n`);
  goal('六类查询不到 74 个', total.queries >= 74);
  goal('hit@10', mean(total.hit) >= GOALS.hit);
  goal('nP@10', mean(total.precision) >= GOALS.precision);
  goal('MRR', mean(total.mrr) >= GOALS.mrr);

  const wrong = [];
  for (const query of ABSENT) {
    if (contents.some((text) => text.includes(bare(query)))) throw new Error(`书里有“${query}”了，换一个`);
    const { results } = await tab.evaluate(ask, query);
    if (results.some((result) => !result.near)) wrong.push(query);
    else if (results.length > 0) console.log(`书里没有的“${query}”：${results.length} 个相近`);
  }
  console.log(`书里没有的 ${ABSENT.length} 个：${wrong.length} 个说成有 ${wrong}`);
  goal('书里没有的说成有', wrong.length === 0);

  const questions = JSON.parse(readFileSync(join(dirname(fileURLToPath(import.meta.url)), 'questions.json'), 'utf8'));
  const right = [];
  for (const [half, list] of Object.entries(questions)) {
    const ok = [];
    for (const { ask: question, pages: targets } of list) {
      for (const target of targets) if (!names.includes(`${target}.html`)) throw new Error(`“${question}”的目标页 ${target} 不在目录里`);
      const { time, results } = await tab.evaluate(ask, question);
      times.push(time);
      const found = results.slice(0, 5).some((result) => targets.includes(result.url.replace(/\.html.*/, '')));
      ok.push(Number(found));
      if (!found && process.argv.includes('--verbose')) console.error(`  ${half}「${question}」 ${results.slice(0, 5).map((result) => result.url)}`);
    }
    right.push(...ok);
    console.log(`问句（${half}）：前 5 个里有对的页 ${ok.filter(Boolean).length} / ${ok.length}`);
  }
  goal('问句', mean(right) >= GOALS.questions);

  console.log(`摘录里强调了命中：${percent(teasers.teaser / teasers.all)}（标题也算：${percent(teasers.either / teasers.all)}），共 ${teasers.all} 条`);
  goal('强调', teasers.teaser / teasers.all >= GOALS.emphasised);
  console.log(`每次查询（找、排、摘、列）：中位 ${quantile(times, 0.5).toFixed(1)} ms，p95 ${quantile(times, 0.95).toFixed(1)} ms`);
  goal('外部请求', tab.requests.every((url) => url.startsWith(book.server.url)));
  goal('控制台', tab.messages.length === 0);

  const { script, data } = readIndex(HTML);
  strip(data, (page) => readFileSync(join(HTML, page), 'utf8'));
  const thin = `window.search = Object.assign(window.search, JSON.parse('${JSON.stringify(data).replace(/\\/g, '\\\\').replace(/'/g, "\\'")}'));`;
  const at100 = (zip(thin) / names.length) * 100;
  console.log(`索引：${KB(Buffer.byteLength(script))}，gzip ${KB(zip(script))}；减肥以后 ${KB(Buffer.byteLength(thin))}，gzip ${KB(zip(thin))}；${names.length} 页，折合 100 页 gzip ${KB(at100)}`);
  goal('索引大小', at100 <= GOALS.gzipAt100);
  const js = files().filter((file) => /(^|\/)(elasticlunr|mark|searcher|search)-?\w*(\.min)?\.js$/.test(file)).map((file) => readFileSync(join(HTML, file)));
  console.log(`脚本（elasticlunr、mark、searcher、search）：${KB(js.reduce((sum, text) => sum + text.length, 0))}，gzip ${KB(js.reduce((sum, text) => sum + zip(text), 0))}`);

  const copy = copyBook();
  makeLazy(copy.root);
  const { execFileSync } = await import('node:child_process');
  execFileSync(process.execPath, [fileURLToPath(new URL('strip-index.mjs', import.meta.url)), copy.root]);
  const lazy = await openBook({ root: copy.root });
  for (const [name, where] of [['一开始就载入、没有减肥', book], ['用到时才载入、减过肥', lazy]]) {
    const runs = [];
    for (let i = 0; i < 3; i += 1) runs.push(await firstHit(where, 'ch02/exercises.html'));
    console.log(`第一个结果，10 Mbit/s，${name}：${Math.min(...runs.map((run) => run.time)).toFixed(0)} ms（三次里最快的），${KB(runs[0].bytes)}`);
  }
  await lazy.close();
  copy.remove();
} finally {
  await book.close();
}
if (failures.length > 0) {
  console.error(`没有达到：${failures.join('、')}`);
  process.exitCode = 1;
}
