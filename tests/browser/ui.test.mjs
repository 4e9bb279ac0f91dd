// 界面：说中文，按钮好用，窄屏不溢出，不用的东西不取。

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { ROOT, openBook, pages } from './lib/book.mjs';

let book;
before(async () => { book = await openBook(); });
after(() => book.close());

/** 界面上可以有的外文：按键、专名、程序自己的名字。 */
const ALLOWED = /\b(TCP|IP|Rust|Esc|S|std|libc|play\.rust-lang\.org|CC|BY|Linux|MB)\b/g;

test('界面上的每个词都是中文', async () => {
  const tab = await book.open('ch01/hello.html');
  const words = await tab.evaluate(() => {
    // 正文和目录里的标题不算界面；正文里我们加上的按钮、名字、提示框标题算。
    const ours = '.tools *, .terminal-name, .blockquote-tag-title, summary';
    const found = [];
    const add = (where, text) => { if (text && /[A-Za-z]/.test(text)) found.push(`${where}：${text.trim()}`); };
    for (const element of document.querySelectorAll('body *')) {
      if (['SCRIPT', 'STYLE', 'TEMPLATE', 'NOSCRIPT'].includes(element.tagName)) continue;
      for (const name of ['title', 'aria-label', 'placeholder', 'alt', 'aria-description']) {
        add(`<${element.localName} ${name}>`, element.getAttribute(name));
      }
      const prose = element.closest('main, .sidebar-scrollbox') && !element.matches(ours);
      if (prose) continue;
      const text = [...element.childNodes].filter((node) => node.nodeType === 3).map((node) => node.data).join('');
      add(`<${element.localName}>`, text);
    }
    return found;
  });
  const english = words.filter((word) => /[A-Za-z]/.test(word.split('：').slice(1).join('').replace(ALLOWED, '')));
  assert.deepEqual(english, []);
  await tab.context().close();
});

test('提示框的标题是中文', async () => {
  const tab = await book.open('ch01/listen.html');
  const titles = await tab.locator('.blockquote-tag-title').allInnerTexts();
  assert.ok(titles.length > 0);
  for (const title of titles) assert.match(title.trim(), /^\p{Script=Han}+$/u);
  await tab.context().close();
});

test('没有这一页时，说的也是中文', async () => {
  const tab = await book.open('404.html');
  assert.equal(await tab.locator('main h1').innerText(), '没有这一页');
  await tab.context().close();
});

test('复制命令：只有命令，没有 $ 和输出', async () => {
  const tab = await book.open('ch01/hello.html');
  await tab.locator('figure[data-session="ch01/hello"] .terminal').nth(1).getByText('复制命令').click();
  assert.equal(await tab.evaluate(() => navigator.clipboard.readText()), 'cargo run -q --bin hello_client 127.0.0.1 9190');
  await tab.locator('figure[data-session="ch01/hello_kill"]').getByText('复制命令').click();
  assert.equal(
    await tab.evaluate(() => navigator.clipboard.readText()),
    'cargo run -q --bin hello_server 9190 &\nkill $!; wait $! 2>/dev/null; echo $?',
  );
  await tab.context().close();
});

test('复制程序：整个文件，一字不差（标记行除外）', async () => {
  const tab = await book.open('ch01/hello.html');
  await tab.locator('figure[data-program="hello_client"]').first().getByText('复制程序').click();
  const source = readFileSync(join(ROOT, 'listings/ch01/src/bin/hello_client.rs'), 'utf8')
    .split('\n').filter((line) => !/ANCHOR(_END)?:/.test(line)).join('\n');
  assert.equal((await tab.evaluate(() => navigator.clipboard.readText())).trim(), source.trim());
  await tab.context().close();
});

test('整个文件：展开又收起', async () => {
  const tab = await book.open('ch01/hello.html');
  const figure = tab.locator('figure[data-program="hello_server"]').first();
  const main = figure.getByText('fn main()', { exact: false }).first();
  assert.equal(await main.isVisible(), false);
  await figure.getByText('整个文件').click();
  assert.equal(await main.isVisible(), true);
  await figure.getByText('只看片段').click();
  assert.equal(await main.isVisible(), false);
  await tab.context().close();
});

test('终端写着名字，命令标着全场的次序', async () => {
  const tab = await book.open('ch01/errors.html');
  const figure = tab.locator('figure[data-session="ch01/port_taken"]');
  assert.deepEqual(
    (await figure.locator('.terminal-name').allInnerTexts()).map((text) => text.split('\n')[0].trim()),
    ['终端：终端一', '终端：终端二'],
  );
  const steps = await figure.locator('.terminal').evaluateAll((panes) => panes.map(
    (pane) => [...pane.querySelectorAll('.step')].map((step) => step.textContent),
  ));
  assert.deepEqual(steps, [['1'], ['2', '3']]);
  await tab.context().close();
});

test('宽屏上两个终端并排，窄屏上一上一下', async () => {
  for (const [width, together] of [[1440, true], [390, false]]) {
    const tab = await book.open('ch01/hello.html', { width });
    const [left, right] = await tab.locator('figure[data-session="ch01/hello"] .terminal').evaluateAll(
      (panes) => panes.map((pane) => pane.getBoundingClientRect().top),
    );
    assert.equal(Math.abs(left - right) < 2, together, `${width} 像素`);
    await tab.context().close();
  }
});

test('源文件的网址', async () => {
  const tab = await book.open('ch01/hello.html');
  const url = await tab.evaluate(() => window.bookUi.sourceUrl('https://example.com/a/b/', 'listings/ch01/src/bin/x.rs'));
  assert.equal(url, 'https://example.com/a/b/blob/HEAD/listings/ch01/src/bin/x.rs');
  assert.equal(await tab.evaluate(() => window.bookUi.sourceUrl('', 'x')), '');
  await tab.context().close();
});

const RUN = 'https://play.rust-lang.org/evaluate.json';

/** 打开有 ▶ 的一页，由 answer 来当运行服务；返回图框和发去的请求。 */
async function openRunnable(answer) {
  const tab = await book.open('ch01/std.html');
  const sent = [];
  await tab.route('**://play.rust-lang.org/**', async (route) => {
    sent.push({ url: route.request().url(), body: route.request().postDataJSON() });
    await answer(route);
  });
  return { tab, sent, figure: tab.locator('figure[data-program="hello_loopback"]') };
}

test('▶ 点了才联系运行服务，送去的是整个程序', async () => {
  const { tab, sent, figure } = await openRunnable((route) => route.fulfill({
    json: { result: 'Message from server: Hello World!\n', error: null },
  }));
  assert.deepEqual(sent, []);
  await figure.getByText('▶ 运行').click();
  await figure.locator('.run-output').getByText('Hello World!').waitFor();
  assert.equal(sent.length, 1);
  assert.equal(sent[0].url, RUN);
  const { code, ...options } = sent[0].body;
  assert.deepEqual(options, { version: 'stable', optimize: '0', edition: '2024' });
  const source = readFileSync(join(ROOT, 'listings/ch01/src/bin/hello_loopback.rs'), 'utf8')
    .split('\n').filter((line) => !/ANCHOR(_END)?:/.test(line)).join('\n');
  assert.equal(code.trim(), source.trim());
  await tab.context().close();
});

test('▶ 编译错误就地显示', async () => {
  const { tab, figure } = await openRunnable((route) => route.fulfill({
    json: { result: '', error: 'error[E0425]: cannot find value `x`' },
  }));
  await figure.getByText('▶ 运行').click();
  await figure.locator('.run-output').getByText('E0425').waitFor();
  await tab.context().close();
});

test('▶ 连不上时，用中文说该怎么办', async () => {
  const { tab, figure } = await openRunnable((route) => route.abort());
  await figure.getByText('▶ 运行').click();
  await figure.locator('.run-output').getByText('连不上 play.rust-lang.org').waitFor();
  await figure.getByText('▶ 运行').isEnabled();
  await tab.context().close();
});

test('▶ 服务出错时也说得清', async () => {
  const { tab, figure } = await openRunnable((route) => route.fulfill({ status: 503, body: 'busy' }));
  await figure.getByText('▶ 运行').click();
  await figure.locator('.run-output').getByText('503').waitFor();
  await tab.context().close();
});

test('每章至少一个 ▶', async () => {
  for (const chapter of ['ch01', 'ch02']) {
    const marked = pages().filter((page) => page.startsWith(chapter)).some((page) => readFileSync(
      join(ROOT, 'src', page.replace('.html', '.md')), 'utf8',
    ).includes(' data-run>'));
    assert.ok(marked, chapter);
  }
});

test('搜索的文件到第一次用到才取', async () => {
  const search = /elasticlunr|mark\.min|mark-|searcher|searchindex|theme\/search/;
  const tab = await book.open('ch01/hello.html');
  await tab.waitForLoadState('networkidle');
  assert.deepEqual(tab.requests.filter((url) => search.test(url)), []);
  await tab.keyboard.press('/');
  await tab.waitForFunction(() => document.activeElement?.id === 'mdbook-searchbar');
  assert.ok(tab.requests.some((url) => search.test(url)));
  await tab.context().close();
});

test('390 像素宽，哪一页都不左右溢出', async () => {
  for (const page of pages()) {
    const tab = await book.open(page, { width: 390, height: 844 });
    const extra = await tab.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.equal(extra, 0, page);
    await tab.context().close();
  }
});

test('目录的开关：键盘走得到，拨得动', async () => {
  const tab = await book.open('ch01/hello.html');
  const toggle = tab.locator('#mdbook-sidebar-toggle');
  const shown = () => tab.locator('#mdbook-sidebar').getAttribute('aria-hidden');
  assert.equal(await shown(), 'false');
  await toggle.focus();
  await tab.keyboard.press('Enter');
  await tab.waitForFunction(() => document.getElementById('mdbook-sidebar').getAttribute('aria-hidden') === 'true');
  await tab.keyboard.press('Enter');
  await tab.waitForFunction(() => document.getElementById('mdbook-sidebar').getAttribute('aria-hidden') === 'false');
  await tab.context().close();
});

test('没有 JavaScript 也读得到', async () => {
  const tab = await book.open('ch01/hello.html', { javaScript: false });
  await tab.getByText('Message from server: Hello World!').first().waitFor();
  await tab.context().close();
});
