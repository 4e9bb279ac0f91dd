// 发布前给搜索索引减肥：node strip-index.mjs book/html
//
// theme/search.js 只看每一节的全文，两样东西用不着：
// 1. elasticlunr 的倒排表（每个字段要留 {root:{docs:{},df:0}}，不然 elasticlunr 载入时会抛错）和各节的长度；
// 2. 藏起来的行：一个程序拆成几段讲，整个程序就在索引里重复几遍。显示它的那一节留着；哪里都不显示的行，
//    留在第一次出现的那一节，还找得到。
// 只改建好的那一份；改两遍和改一遍一样。

import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** 少了几行的程序，花括号不一定配平；search.js 靠这个看不见的字认出程序的末尾。 */
const CODE_END = '\u2063';

/** searchindex.js 里的数据。 */
export function readIndex(root) {
  const name = readdirSync(root).find((file) => /^searchindex(-\w+)?\.js$/.test(file));
  if (!name) throw new Error(`${root} 里没有 searchindex.js：先运行 mdbook build`);
  const script = readFileSync(join(root, name), 'utf8');
  const found = /^window\.search = Object\.assign\(window\.search, JSON\.parse\('(.*)'\)\);$/s.exec(script);
  if (!found) throw new Error(`${name} 的写法和 mdBook 0.5.4 的不一样了`);
  return { name, script, data: JSON.parse(found[1].replace(/\\(['\\])/g, '$1')) };
}

const ENTITIES = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", '#x27': "'" };
const plain = (html) => html.replace(/<[^>]*>/g, '').replace(/&(#?\w+);/g, (all, name) => ENTITIES[name] ?? all);
const squash = (text) => text.replace(/\s+/g, '');

/** 一页里的程序，按次序：[{program, lines: [{text, hidden}]}]。 */
function listings(html) {
  const figures = html.matchAll(/<figure class="listing" data-program="(\w+)">(.*?)<\/figure>/gs);
  return [...figures].flatMap(([, program, figure]) => [...figure.matchAll(/<code class="language-rust[^>]*>(.*?)<\/code>/gs)]
    .map(([, code]) => ({
      program,
      lines: code.split(/(<span class="boring">.*?<\/span>)/s).filter(Boolean).flatMap((part) => {
        const hidden = part.startsWith('<span class="boring">');
        return plain(part).split('\n').filter((line) => line.trim() !== '').map((text) => ({ text, hidden }));
      }),
    })));
}

/** body 里不计空白地找 needle，换成 replacement。找不到就报错：说明 mdBook 变了。 */
function replaceLoosely(body, needle, replacement, from) {
  const kept = [];
  for (let i = from; i < body.length; i += 1) if (!/\s/.test(body[i])) kept.push(i);
  const at = kept.map((i) => body[i]).join('').indexOf(needle);
  if (at === -1) return null;
  const start = kept[at];
  const end = kept[at + needle.length - 1] + 1;
  return { body: body.slice(0, start) + replacement + body.slice(end), next: start + replacement.length };
}

/** 就地减肥，返回去掉了几行。 */
export function strip(data, readPage) {
  const { docs } = data.index.documentStore;
  data.index.documentStore.docInfo = {};
  for (const field of Object.keys(data.index.index)) data.index.index[field] = { root: { docs: {}, df: 0 } };

  const pages = [...new Set(data.doc_urls.map((url) => url.split('#')[0]))];
  const found = pages.map((page) => ({ page, listings: listings(readPage(page)) }));
  const shown = new Set(found.flatMap(({ listings: all }) => all.flatMap(({ program, lines }) => lines
    .filter((line) => !line.hidden).map((line) => `${program}\n${line.text}`))));
  let removed = 0;
  for (const { page, listings: all } of found) {
    const sections = Object.keys(docs).filter((id) => data.doc_urls[id].split('#')[0] === page);
    let section = 0;
    let from = 0;
    for (const { program, lines } of all) {
      const keep = lines.filter(({ text, hidden }) => {
        const key = `${program}\n${text}`;
        if (!hidden) return true;
        if (shown.has(key)) return false;
        shown.add(key);
        return true;
      });
      removed += lines.length - keep.length;
      const full = squash(lines.map((line) => line.text).join(''));
      const rest = keep.map((line) => line.text.trim()).join('\n') + CODE_END;
      let done = null;
      while (done === null && section < sections.length) {
        done = replaceLoosely(docs[sections[section]].body, full, rest, from);
        if (done === null) {
          section += 1;
          from = 0;
        }
      }
      // 减过一遍的索引里本来就没有整个程序了。
      if (done === null) return removed - (lines.length - keep.length);
      docs[sections[section]].body = done.body;
      from = done.next;
    }
  }
  return removed;
}

function main(root) {
  const { name, script, data } = readIndex(root);
  const removed = strip(data, (page) => readFileSync(join(root, page), 'utf8'));
  const json = JSON.stringify(data).replace(/\\/g, '\\\\').replace(/'/g, "\\'");
  const next = `window.search = Object.assign(window.search, JSON.parse('${json}'));`;
  writeFileSync(join(root, name), next);
  console.log(`${name}：${Buffer.byteLength(script)} → ${Buffer.byteLength(next)} 字节，去掉 ${removed} 行藏起来的代码`);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  if (process.argv.length !== 3) {
    console.error('用法：node strip-index.mjs 建好的文件夹（例如 book/html）');
    process.exit(2);
  }
  main(process.argv[2]);
}
