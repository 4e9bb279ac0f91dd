// 搜索的测试共用的：怎样搜一次、怎样读结果、怎样把书改成“用到时才载入”。

import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { files, HTML } from './book.mjs';

export const BOX = '#mdbook-searchbar';
export const RESULTS = '#mdbook-searchresults';
export const HEADER = '#mdbook-searchresults-header';

/** 按 / 打开搜索框，等索引到了。 */
export async function openSearch(tab) {
  await tab.keyboard.press('/');
  await tab.locator(BOX).waitFor();
  await tab.waitForFunction(() => window.search?.index && window.bookSearch);
  await tab.locator(BOX).focus();
}

/** 等 check 在页面里为真；太久就说出页面现在的样子。 */
export async function until(tab, check, argument) {
  try {
    await tab.waitForFunction(check, argument, { timeout: 60000 });
  } catch {
    throw new Error(`等不到 ${check}（${JSON.stringify(argument)}）。标题：${await header(tab)}；网址：${tab.url()}`);
  }
}

/** 像粘贴那样一次填好：只有 input 事件，没有按键。 */
export async function look(tab, query) {
  await tab.locator(BOX).fill(query);
  await until(tab, (text) => document.getElementById('mdbook-searchresults-header').textContent.includes(`“${text}”`), query.trim());
  return results(tab);
}

export const header = (tab) => tab.locator(HEADER).textContent();

/** 列出来的结果：[{title, href, near, teaser, hits, tags}]。 */
export function results(tab) {
  return tab.locator(`${RESULTS} > li`).evaluateAll((items) => items.map((item) => ({
    title: item.querySelector('a').textContent,
    href: item.querySelector('a').href,
    near: item.querySelector('.search-near') !== null,
    teaser: item.querySelector('a + .teaser').textContent,
    hits: [...item.querySelectorAll('.teaser em')].map((em) => em.textContent),
    titleHits: [...item.querySelectorAll('a em')].map((em) => em.textContent),
    tags: [...new Set([...item.querySelectorAll('*')].map((element) => element.localName))].sort(),
  })));
}

/** 建好的书，抄一份到别处；用完 remove。 */
export function copyBook() {
  const root = mkdtempSync(join(tmpdir(), 'book-search-'));
  cpSync(HTML, root, { recursive: true });
  return { root, remove: () => rmSync(root, { recursive: true, force: true }) };
}

const SCRIPTS = ['elasticlunr', 'mark', 'searcher', 'search'];
const TAG = (name) => new RegExp(`\\s*<script src="([^"]*?(?:^|/|(?<="))${name}(?:-\\w+)?(?:\\.min)?\\.js)"[^>]*></script>`);

/**
 * 把抄来的书改成“第一次用到搜索时，依次载入这四个脚本”。
 * @param {string} root 抄来的书
 * @param {string[]} order 载入的次序
 */
export function makeLazy(root, order = SCRIPTS) {
  for (const file of files(root).filter((path) => path.endsWith('.html'))) {
    const path = join(root, file);
    let html = readFileSync(path, 'utf8');
    const found = new Map();
    for (const name of SCRIPTS) {
      html = html.replace(TAG(name), (_, url) => { found.set(name, url); return ''; });
    }
    if (found.size < SCRIPTS.length) continue; // 转向页没有脚本
    const loader = `<script>(() => {
      const urls = ${JSON.stringify(order.map((name) => found.get(name)))};
      const icon = document.getElementById('mdbook-search-toggle');
      let loading;
      const load = () => loading ??= urls.reduce((before, url) => before.then(() => new Promise((resolve, reject) => {
        const script = document.createElement('script');
        script.src = url; script.onload = resolve; script.onerror = reject;
        document.body.append(script);
      })), Promise.resolve());
      icon.addEventListener('click', () => { if (!loading) load().then(() => icon.click()); });
      document.addEventListener('keydown', (event) => {
        if (!loading && (event.key === '/' || event.key === 's')) { event.preventDefault(); load().then(() => icon.click()); }
      });
      if (/[?&](search|highlight)=/.test(location.search)) load();
    })();</script>`;
    writeFileSync(path, html.replace('</body>', () => `${loader}</body>`));
  }
}
