// 界面：说中文，按钮好用，窄屏不溢出，不用的东西不取。

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { files, HTML, openBook, pages, ROOT } from './lib/book.mjs';

let book;
before(async () => { book = await openBook(); });
after(() => book.close());

const PHONE = { width: 390, height: 844 };

/** 界面上可以有的外文：按键、专名。 */
const ALLOWED = /\b(TCP|IP|Rust|Esc|S|Linux|MB|play\.rust-lang\.org|cargo run)\b/g;

/**
 * 界面上露出或读出的外文：['<元素 属性>：文字', …]。在浏览器里运行。
 * 正文里原来就有的字不算界面；由脚本加进去的算。
 * @param {string} source 这一页的 HTML，没有运行过脚本的
 */
function foreign(source) {
  const raw = new DOMParser().parseFromString(source, 'text/html');
  const words = (text) => text.match(/[A-Za-z]+/g) ?? [];
  const prose = new Set();
  const walker = raw.createTreeWalker(raw.querySelector('main'), NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) for (const word of words(walker.currentNode.data)) prose.add(word);
  const found = [];
  const add = (where, text) => { if (words(text ?? '').length > 0) found.push(`${where}：${text.trim()}`); };
  for (const element of document.querySelectorAll('body, body *')) {
    if (['SCRIPT', 'STYLE', 'TEMPLATE', 'NOSCRIPT'].includes(element.tagName)) continue;
    for (const name of ['title', 'aria-label', 'aria-description', 'aria-roledescription', 'aria-valuetext', 'placeholder', 'alt', 'label']) {
      add(`<${element.localName} ${name}>`, element.getAttribute(name));
    }
    const text = [...element.childNodes].filter((node) => node.nodeType === 3).map((node) => node.data).join('');
    if (element.closest('main, #mdbook-searchresults')) {
      for (const word of words(text)) if (!prose.has(word) && !element.closest('#mdbook-searchresults')) add(`<${element.localName}>`, word);
    } else if (!element.closest('.sidebar-scrollbox')) add(`<${element.localName}>`, text);
  }
  // 提示框的标题原来就是英语写在正文里的，要由脚本换掉。
  for (const title of document.querySelectorAll('.blockquote-tag-title')) add('提示框', title.innerText);
  return found;
}

async function assertChinese(tab, when) {
  const source = await (await tab.request.get(tab.url())).text();
  const found = (await tab.evaluate(foreign, source))
    .filter((word) => /[A-Za-z]/.test(word.split('：').slice(1).join('').replace(ALLOWED, '')));
  assert.deepEqual(found, [], when);
}

for (const page of [...pages(), 'ch01/没有这一页.html', 'print.html']) {
  test(`${page}：界面上的每个词都是中文`, async () => {
    const tab = await book.open();
    await tab.addInitScript(() => { window.print = () => {}; });
    await tab.goto(book.url(page));
    await assertChinese(tab, '打开');
    await tab.keyboard.press('?');
    await tab.evaluate(() => document.querySelectorAll('.tools [aria-expanded="false"]').forEach((button) => button.click()));
    await assertChinese(tab, '帮助、展开');
    await tab.context().close();
  });
}

test('搜索的各种状态，说的都是中文', async () => {
  const tab = await book.open('ch01/hello.html');
  await tab.keyboard.press('/');
  await tab.waitForFunction(() => window.search?.index && window.bookSearch);
  for (const query of ['服务器', '自动分配一个没人用的端口', '量子纠缠', '只收到一部分数据怎么办']) {
    await tab.locator('#mdbook-searchbar').fill(query);
    await tab.waitForFunction((text) => document.getElementById('mdbook-searchresults-header').textContent.includes(text), query);
    await assertChinese(tab, query);
  }
  await tab.context().close();
});

test('每个 HTML 文件的语言和标题都是中文', async () => {
  for (const file of files().filter((name) => name.endsWith('.html'))) {
    const source = readFileSync(join(HTML, file), 'utf8');
    assert.match(source, /<html lang="zh-CN"/, file);
    for (const [, title] of source.matchAll(/<title>([^<]*)<\/title>/g)) assert.match(title, /\p{Script=Han}/u, file);
    for (const [frame] of source.matchAll(/<iframe[^>]*>/g)) assert.match(frame, /title="目录"/, file);
  }
});

test('提示框的标题是中文，有没有 JavaScript 都是', async () => {
  for (const javaScript of [true, false]) {
    const tab = await book.open('ch01/listen.html', { javaScript });
    const titles = await tab.locator('.blockquote-tag-title').evaluateAll((all) => all.map((title) => [
      title.innerText, getComputedStyle(title).fontSize, getComputedStyle(title, '::after').content]));
    assert.ok(titles.length > 0);
    for (const [text, size, after] of titles) {
      if (javaScript) assert.match(text.trim(), /^\p{Script=Han}+$/u);
      else assert.deepEqual([size, /^"\p{Script=Han}+"$/u.test(after)], ['0px', true], `${text} ${after}`);
    }
    await tab.context().close();
  }
});

test('没有这一页时，说的也是中文', async () => {
  const tab = await book.open('ch01/没有这一页.html');
  assert.equal(await tab.locator('main h1').innerText(), '没有这一页');
  assert.match(await tab.title(), /^没有这一页 - /);
  // 深一层的坏网址，样式、目录、搜索、链接也都要在。
  assert.equal(await tab.evaluate(() => getComputedStyle(document.body).margin), '0px');
  assert.ok(await tab.locator('.sidebar-scrollbox a').count() > 20);
  assert.equal(await tab.locator('main').getByText('第一页').evaluate((link) => link.href), book.url('index.html'));
  await tab.keyboard.press('/');
  await tab.waitForFunction(() => window.search?.index && window.bookSearch);
  await tab.locator('#mdbook-searchbar').fill('端口');
  const first = tab.locator('#mdbook-searchresults a').first();
  await first.waitFor();
  assert.ok((await first.evaluate((link) => link.href)).startsWith(book.url('ch0')));
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

/** 一个会话文件里的步骤：[{in, type}]；type 是敲的命令，没有就是空。 */
function stepsOf(session) {
  const [chapter, name] = session.split('/');
  const text = readFileSync(join(ROOT, `listings/${chapter}/sessions/${name}.toml`), 'utf8');
  return text.split(/^\[\[/m).filter((block) => block.startsWith('step]]')).map((block) => {
    const quoted = /^type = (?:"""(.*)"""|"(.*)")/m.exec(block);
    return { in: /^in = "(.*)"/m.exec(block)[1], type: quoted && JSON.parse(`"${(quoted[1] ?? quoted[2]).replace(/(?<!\\)"/g, '\\"')}"`) };
  });
}

test('每个会话：复制到的正是敲过的命令，次序号是全场的次序，终端都有名字', async () => {
  let seen = 0;
  for (const page of pages()) {
    const tab = await book.open(page);
    // 复制到哪里去：不经过系统的剪贴板，一页里几十个按钮才按得快。
    const figures = await tab.evaluate(async () => {
      let copied = '';
      navigator.clipboard.writeText = async (text) => { copied = text; };
      const read = [];
      for (const figure of document.querySelectorAll('figure.session')) {
        const panes = [];
        for (const pane of figure.querySelectorAll('.terminal')) {
          pane.querySelector('button').click();
          await null;
          panes.push({
            name: pane.querySelector('.terminal-name').firstChild.data,
            commands: copied.split('\n'),
            steps: [...pane.querySelectorAll('.step')].map((step) => Number(step.textContent)),
          });
        }
        read.push({ session: figure.dataset.session, terminals: figure.dataset.terminals.split(' '), panes });
      }
      return read;
    });
    for (const { session, terminals, panes } of figures) {
      const typed = stepsOf(session).filter((step) => step.type);
      assert.equal(panes.length, terminals.length, session);
      panes.forEach((pane, i) => {
        const here = typed.map((step, at) => ({ ...step, number: at + 1 })).filter((step) => step.in === terminals[i]);
        assert.deepEqual(pane.commands, here.map((step) => step.type), `${session} ${terminals[i]}`);
        assert.deepEqual(pane.steps, panes.length > 1 ? here.map((step) => step.number) : [], session);
        assert.match(pane.name, /^(终端：)?\p{Script=Han}+$/u, session);
      });
      seen += 1;
    }
    await tab.context().close();
  }
  assert.ok(seen > 50, `${seen}`);
});

test('用鼠标选中一条命令复制，不带 $、次序号和输出', async () => {
  const tab = await book.open('ch01/hello.html');
  await tab.locator('figure[data-session="ch01/hello"] .terminal').nth(1).locator('pre').selectText();
  await tab.keyboard.press('Control+c');
  const copied = await tab.evaluate(() => navigator.clipboard.readText());
  assert.match(copied, /^cargo run -q --bin hello_client 127\.0\.0\.1 9190\n/);
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
    ['终端一', '终端二'],
  );
  const steps = await figure.locator('.terminal').evaluateAll((panes) => panes.map(
    (pane) => [...pane.querySelectorAll('.step')].map((step) => step.textContent),
  ));
  assert.deepEqual(steps, [['1'], ['2', '3']]);
  await tab.context().close();
});

test('宽屏上两个终端并排，窄屏上一上一下', async () => {
  for (const [width, together] of [[1440, true], [1280, true], [390, false]]) {
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
  assert.equal(await tab.getByText('源文件').count(), 0, '不知道仓库在哪里，就没有链接');
  // 发布时模板里会写上仓库的网址。
  await tab.addInitScript(() => Object.defineProperty(window, 'repository_url', { value: 'https://example.com/a/b', writable: false }));
  await tab.reload();
  assert.deepEqual(
    await tab.locator('figure[data-program="hello_client"]').first().getByText('源文件').evaluate((link) => [link.href, link.title]),
    ['https://example.com/a/b/blob/HEAD/listings/ch01/src/bin/hello_client.rs', '在仓库里看这个文件'],
  );
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

/** ▶ 说的话里没有英语（服务的名字和命令除外）。 */
async function assertSpeaksChinese(figure) {
  const said = await figure.locator('.run-output').innerText();
  assert.doesNotMatch(said.replace(ALLOWED, ''), /[A-Za-z]/, said);
}

test('▶ 连不上、服务出错、回答看不懂：用中文说该怎么办，还能再点', async () => {
  for (const [answer, said] of [
    [(route) => route.abort(), '连不上 play.rust-lang.org'],
    [(route) => route.fulfill({ status: 503, body: 'busy' }), '它回答 503'],
    [(route) => route.fulfill({ body: '<html>' }), '连不上 play.rust-lang.org'],
  ]) {
    const { tab, sent, figure } = await openRunnable(answer);
    await figure.getByText('▶ 运行').click();
    await figure.locator('.run-output').getByText(said).waitFor();
    await assertSpeaksChinese(figure);
    await figure.getByText('▶ 运行').click();
    await tab.waitForFunction(() => document.querySelector('.run-output').textContent.includes('play.rust-lang.org'));
    assert.equal(sent.length, 2);
    await tab.context().close();
  }
});

test('▶ 等太久时说的话', async () => {
  const tab = await book.open('ch01/std.html');
  const said = await tab.evaluate(() => window.bookUi.runTrouble(new DOMException('x', 'TimeoutError')));
  assert.match(said, /^等了 20 秒/);
  assert.doesNotMatch(said.replace(ALLOWED, ''), /[A-Za-z]/);
  await tab.context().close();
});

test('▶ 回车、空格都能按；正在跑的时候再按，不会再送一次，焦点也不丢', async () => {
  const waiting = [];
  const { tab, sent, figure } = await openRunnable((route) => { waiting.push(route); });
  const run = figure.getByText('▶ 运行');
  await run.focus();
  for (const [key, turn] of [['Enter', 1], ['Space', 2]]) {
    await tab.keyboard.press(key);
    while (waiting.length === 0) await tab.evaluate(() => null); // 请求到这里要几个来回
    await figure.locator('.run-output').getByText('正在').waitFor();
    await tab.keyboard.press(key);
    await run.click({ force: true }); // 不加 force，playwright 会等它能点
    assert.equal(await run.evaluate((button) => document.activeElement === button), true);
    assert.equal(waiting.length, 1);
    await waiting.pop().fulfill({ json: { result: `第 ${turn} 次`, error: null } });
    await figure.locator('.run-output').getByText(`第 ${turn} 次`).waitFor();
    assert.equal(sent.length, turn);
  }
  await tab.context().close();
});

test('▶ 输出里的标签只是文字；输出再多，页面也不会被撑开', async () => {
  const { tab, figure } = await openRunnable((route) => route.fulfill({
    json: { result: `<img src=x onerror="document.title='坏了'"><b>粗</b>\n${'很长的一行'.repeat(200)}\n${'一行\n'.repeat(100_000)}`, error: null },
  }));
  await figure.getByText('▶ 运行').click();
  const output = figure.locator('.run-output');
  await output.getByText('没有显示').waitFor();
  assert.equal(await output.locator('*').count(), 0);
  assert.match(await output.innerText(), /^<img src=x onerror/);
  const { height, wide } = await output.evaluate((box) => ({
    height: box.getBoundingClientRect().height, wide: document.documentElement.scrollWidth > document.documentElement.clientWidth,
  }));
  assert.ok(height < 600 && !wide, `高 ${height}，左右溢出：${wide}`);
  assert.doesNotMatch(await tab.title(), /坏了/);
  await tab.context().close();
});

test('每章至少一个 ▶，服务器和客户端在同一个程序里', async () => {
  const chapters = [...new Set(pages().map((page) => page.split('/')[0]))].filter((name) => /^ch\d+$/.test(name));
  for (const chapter of chapters) {
    const programs = pages().filter((page) => page.startsWith(`${chapter}/`)).flatMap((page) => [
      ...readFileSync(join(ROOT, 'src', page.replace('.html', '.md')), 'utf8').matchAll(/data-program="(\w+)" data-run>/g),
    ].map((match) => match[1]));
    const both = programs.filter((program) => {
      const file = files(join(ROOT, 'listings')).find((name) => name.endsWith(`/src/bin/${program}.rs`));
      const source = readFileSync(join(ROOT, 'listings', file), 'utf8');
      return /\baccept\(|\.incoming\(/.test(source) && /TcpStream::connect|libc::connect/.test(source);
    });
    assert.ok(both.length > 0, `${chapter}：${programs}`);
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

test('搜索的文件没有取到：说出来，再点一次重新取', async () => {
  const tab = await book.open('ch01/windows.html');
  await tab.route(/elasticlunr/, (route) => route.abort(), { times: 1 });
  await tab.keyboard.press('/');
  await tab.getByText('搜索用的文件没有取到').waitFor();
  await tab.locator('#mdbook-search-toggle').click();
  await tab.locator('#mdbook-searchbar').waitFor();
  assert.equal(await tab.getByText('搜索用的文件没有取到').count(), 0);
  await tab.context().close();
});

/** 伸到窗口外面的元素，代码和表格自己能滚动的不算。在浏览器里运行。body 藏起了溢出，光看滚动条看不出来。 */
function sticksOut() {
  for (const details of document.querySelectorAll('details')) details.open = true;
  for (const button of document.querySelectorAll('.tools [aria-expanded="false"]')) button.click();
  const width = document.documentElement.clientWidth;
  return [...document.querySelectorAll('#mdbook-page-wrapper *')].filter((element) => {
    const { left, right, width: own } = element.getBoundingClientRect();
    return own > 0 && element.checkVisibility() && (right > width + 1 || left < -1)
      && !element.parentElement.closest('main pre > code, main .table-wrapper');
  }).map((element) => `${element.outerHTML.slice(0, 100)} 在 ${JSON.stringify(element.getBoundingClientRect())}`);
}

// 390 是手机；640 是 1280 的窗口放大到 200%，320 是放大到 400%。
for (const width of [390, 320, 640]) {
  test(`${width} 像素宽，哪一页都不左右溢出，终端一上一下`, async () => {
    for (const page of [...pages(), 'ch01/没有这一页.html']) {
      const tab = await book.open(page, { width, height: 844 });
      assert.deepEqual(await tab.evaluate(sticksOut), [], page);
      assert.equal(await tab.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), 0, page);
      const beside = await tab.evaluate(() => [...document.querySelectorAll('.terminals')].filter((panes) => {
        const [first, second] = [...panes.children].map((pane) => pane.getBoundingClientRect());
        return second && second.top < first.bottom;
      }).length);
      assert.equal(beside, 0, page);
      await tab.context().close();
    }
  });
}

test('手机上，每张表都放得下，不用左右滚；名字不在中间断，复制到的不变', async () => {
  for (const page of pages()) {
    const tab = await book.open(page, PHONE);
    const wide = await tab.locator('main .table-wrapper').evaluateAll((tables) => tables
      .filter((table) => table.scrollWidth > table.clientWidth).map((table) => table.textContent.trim().slice(0, 40)));
    assert.deepEqual(wide, [], page);
    const broken = await tab.locator('main table code').evaluateAll((codes) => codes.flatMap((code) => [...code.childNodes]
      .slice(0, -1).filter((part) => part.nodeType === 3 && !/::$|\w\($/.test(part.data)).map((part) => part.data)));
    assert.deepEqual(broken, [], page);
    await tab.context().close();
  }
  const tab = await book.open('ch01/std.html', PHONE);
  const cell = tab.locator('main table code', { hasText: 'set_read_timeout' });
  await cell.evaluate((code) => getSelection().selectAllChildren(code));
  assert.equal(await tab.evaluate(() => String(getSelection())), 'TcpStream::set_read_timeout');
  await tab.context().close();
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

test('第一页的地图上，每一页都有', async () => {
  const tab = await book.open('index.html');
  const linked = await tab.locator('main a').evaluateAll((links) => links.map((link) => link.href.split('#')[0]));
  assert.deepEqual(pages().slice(1).filter((page) => !linked.includes(book.url(page))), []);
  await tab.context().close();
});

test('没有 JavaScript 也读得到：正文、终端、图、片段，还去得了目录', async () => {
  const tab = await book.open('ch01/hello.html', { javaScript: false });
  await tab.getByText('Message from server: Hello World!').first().waitFor();
  const figure = tab.locator('figure[data-program="hello_server"]').first();
  assert.equal(await figure.getByText('fn serve').first().isVisible(), true);
  assert.equal(await figure.getByText('fn main').first().isVisible(), false, '只看片段');
  assert.equal(await tab.locator('figure.drawing svg').isVisible(), true);
  await tab.getByRole('link', { name: '目录' }).click();
  await tab.getByRole('link', { name: '字节流没有边界' }).click();
  assert.equal(tab.url(), book.url('ch02/stream.html'));
  await tab.context().close();
});
