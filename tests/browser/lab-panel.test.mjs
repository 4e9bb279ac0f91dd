// 实验台的面板，配一台假机器：按钮、加载、步骤、终端、大小、焦点、出错、无障碍。
// 不用建实验台就能跑；真的机器在 lab.test.mjs 里。

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';

import { openBook } from './lib/book.mjs';
import { clipboardBecomes, stubBook } from './lib/lab.mjs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const PHONE = { width: 390, height: 844, hasTouch: true, isMobile: true };

let book;
let copy;
before(async () => {
  copy = await stubBook();
  book = await openBook({ root: copy.root });
});
after(async () => {
  await book.close();
  copy.remove();
});

/** 会话旁边的按钮。 */
const opener = (tab, session = 'ch01/hello') => tab.locator(`figure[data-session="${session}"]`).getByText('在实验台里运行', { exact: true });
const status = (tab) => tab.locator('.lab-status');
const go = (tab, label) => tab.locator('.lab-go').getByText(label, { exact: true });
const tool = (tab, label) => tab.locator('.lab-tools').getByText(label, { exact: true });
const screen = (tab, index) => tab.locator('.lab-screen').nth(index).locator('.xterm-rows');
const retry = (tab) => tab.getByRole('button', { name: '再试一次' });
const isFocused = (locator) => locator.evaluate((element) => element === document.activeElement);

/** 打开一页，按下一个会话的按钮，等它可以走。prepare 在按之前对窗口做点什么。 */
async function openLab(options = {}, { session = 'ch01/hello', prepare = () => {} } = {}) {
  const tab = await book.open('ch01/hello.html', { reducedMotion: 'reduce', ...options });
  await prepare(tab);
  await opener(tab, session).click();
  await go(tab, '下一步').and(tab.locator(':enabled')).waitFor();
  return tab;
}

/** 全部走完。 */
async function finish(tab) {
  await go(tab, '全部运行').click();
  await status(tab).getByText('走完了').waitFor();
}

test('没有实验台的书没有按钮，别的照旧', async () => {
  const tab = await book.open();
  await tab.route('**/hello.html', async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: (await response.text()).replace(/<meta name="lab"[^>]*>/, '') });
  });
  await tab.goto(book.url('ch01/hello.html'));
  assert.equal(await tab.getByText('在实验台里运行').count(), 0);
  assert.ok(await tab.getByText('复制命令').count() > 0);
  assert.deepEqual(tab.messages, []);
  await tab.context().close();
});

test('点之前什么都不取', async () => {
  const tab = await book.open('ch01/hello.html');
  await tab.waitForLoadState('networkidle');
  assert.deepEqual(tab.requests.filter((url) => url.includes('/lab/')), []);
  assert.match(await opener(tab).getAttribute('title'), /第一次要下载 \d+\.\d MB/);
  await tab.context().close();
});

test('有例外的会话，页面上说理由；跑不了的没有按钮', async () => {
  const tab = await book.open('ch01/hello.html');
  const absent = tab.locator('figure[data-session="ch01/hello_kill"]');
  assert.equal(await absent.getByText('在实验台里运行', { exact: true }).count(), 0);
  assert.equal(await absent.locator('.lab-reason').textContent(), '实验台里跑不了：内核里没有 <b>{{它}}</b> & "别的"');
  await tab.goto(book.url('ch01/std.html'));
  const differs = tab.locator('figure[data-session="ch01/hello_std"]').first();
  assert.equal(await differs.locator('.lab-reason').textContent(), '在实验台里会不同：地址是 32 位的');
  await opener(tab, 'ch01/hello_std').click();
  await tab.locator('.lab-note').getByText('地址是 32 位的').waitFor();
  await tab.context().close();
});

test('“实验台”那一页：按钮、大小、许可的链接；三个终端归读者', async () => {
  const tab = await book.open('lab.html');
  const door = tab.locator('.lab-door');
  assert.match(await door.innerText(), /^打开实验台\s+源代码和许可\s+第一次要下载 \d\.\d MB/);
  assert.equal(await door.getByText('源代码和许可').evaluate((link) => link.href), book.url('lab/NOTICE.txt'));
  await door.getByText('打开实验台').click();
  await status(tab).getByText('终端归你').waitFor();
  assert.equal(await tab.locator('.lab-screen').count(), 3);
  assert.equal(await tab.evaluate(() => document.activeElement.getAttribute('aria-label')), '终端：终端一。按 Esc 离开');
  assert.deepEqual(tab.messages, []);
  await tab.context().close();
});

test('没有实验台时，“实验台”那一页说怎样才有', async () => {
  const tab = await book.open();
  await tab.route('**/lab.html', async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: (await response.text()).replace(/<meta name="lab"[^>]*>/, '') });
  });
  await tab.goto(book.url('lab.html'));
  await tab.locator('.lab-door').getByText('lab/build').waitFor();
  assert.equal(await tab.locator('.lab-door button').count(), 0);
  await tab.context().close();
});

test('取的时候说取了多少，取完给出第一步', async () => {
  const tab = await book.open('ch01/hello.html');
  let release;
  const gate = new Promise((resolve) => { release = resolve; });
  await tab.route('**/state.zst', async (route) => { await gate; await route.continue(); });
  await opener(tab).click();
  await status(tab).getByText('正在取实验台的文件').waitFor();
  await tab.waitForFunction(() => document.querySelector('.lab progress').value > 300_000);
  assert.match(await tab.locator('.lab-amount').textContent(), /^0\.4 MB \/ 0\.8 MB$/);
  assert.ok(await tool(tab, 'Ctrl-C').isDisabled());
  release();
  await go(tab, '下一步').waitFor();
  assert.equal(await status(tab).textContent(), '下一步（1/2）：在“服务器”里敲 cargo run -q --bin hello_server 9190，等 9190 端口就绪');
  assert.deepEqual(tab.messages, []);
  await tab.context().close();
});

test('一步一步走，敲的看得见，走完终端归读者', async () => {
  const tab = await openLab({ reducedMotion: 'no-preference' });
  assert.deepEqual(await tab.locator('.lab-name').allTextContents(), ['服务器', '客户端']);
  assert.equal(await isFocused(go(tab, '下一步')), true, '焦点在“下一步”上');
  await tab.keyboard.press('Enter');
  await status(tab).getByText('正在做（1/2）').waitFor();
  await tab.waitForFunction(() => /\$ carg/.test(document.querySelector('.xterm-rows').textContent));
  assert.doesNotMatch(await screen(tab, 0).textContent(), /9190/, '一个字一个字地敲');
  await status(tab).getByText('下一步（2/2）：在“客户端”里敲').waitFor();
  assert.equal(await isFocused(go(tab, '下一步')), true, '焦点回到“下一步”');
  await tab.keyboard.press('Enter');
  await status(tab).getByText('走完了').waitFor();
  assert.match(await screen(tab, 1).textContent(), /\$ cargo run -q --bin hello_client 127\.0\.0\.1 9190Message from server: Hello World!\$/);
  assert.equal(await go(tab, '下一步').isVisible(), false);
  assert.equal(await tab.evaluate(() => document.activeElement.getAttribute('aria-label')), '终端：客户端。按 Esc 离开');
  await tab.keyboard.type('echo 中文');
  await tab.keyboard.press('Enter');
  await screen(tab, 1).getByText('敲了：echo 中文').waitFor();
  assert.deepEqual(tab.messages, []);
  await tab.context().close();
});

test('全部运行：可以停下，可以接着走', async () => {
  const tab = await openLab({ reducedMotion: 'no-preference' });
  await go(tab, '全部运行').click();
  await go(tab, '停一停').click();
  await status(tab).getByText('下一步（2/2）').waitFor();
  await finish(tab);
  await tab.context().close();
});

test('步骤没走完，读者敲的不送去，说怎么办；我来敲以后才送', async () => {
  const tab = await openLab();
  await tab.locator('.lab-screen').first().click();
  await tab.keyboard.type('abc');
  await tab.locator('.lab-hint').getByText('先按“我来敲”').waitFor();
  assert.doesNotMatch(await screen(tab, 0).textContent(), /abc/);
  await go(tab, '我来敲').click();
  await status(tab).getByText('剩下的步骤不走了').waitFor();
  assert.equal(await tab.locator('.lab-hint').isVisible(), false);
  await tab.keyboard.type('abc');
  await screen(tab, 0).getByText('$ abc').waitFor();
  await tab.context().close();
});

test('卡住的一步：我来敲，再按 Ctrl-C', async () => {
  const tab = await openLab();
  await tab.evaluate(() => { window.labStub.stuck = true; });
  await go(tab, '下一步').click();
  await status(tab).getByText('正在做').waitFor();
  await go(tab, '我来敲').click();
  await tool(tab, 'Ctrl-C').click();
  await screen(tab, 0).getByText('^C').waitFor();
  assert.equal(await tab.locator('.lab-trouble').isVisible(), false);
  await tab.context().close();
});

test('走不成的一步：说是哪一步、怎么办，终端归读者', async () => {
  const tab = await book.open('ch01/std.html', { reducedMotion: 'reduce' });
  await opener(tab, 'ch01/hello_std').click();
  await go(tab, '全部运行').click();
  const trouble = tab.locator('.lab-trouble');
  await trouble.waitFor();
  assert.equal(
    await trouble.innerText(),
    '这一步没有走成：在“客户端”里按“回车”。终端还在，可以自己接着敲；也可以按“重来”。\n\n等了 30 秒，“客户端”里没有出现“永远等不到”',
  );
  await tab.locator('.lab-screen').first().click();
  await tab.keyboard.type('abc');
  await screen(tab, 0).getByText('abc').waitFor();
  await tool(tab, '重来').click();
  await status(tab).getByText('下一步（1/').waitFor();
  assert.equal(await trouble.isVisible(), false);
  await tab.context().close();
});

test('重来：旧机器拆掉，新机器从第一步开始，不再取文件', async () => {
  const tab = await openLab();
  await finish(tab);
  const before = tab.requests.length;
  await tool(tab, '重来').click();
  await status(tab).getByText('下一步（1/2）').waitFor();
  assert.equal(await tab.evaluate(() => window.labStub.alive), 1);
  assert.deepEqual(tab.requests.slice(before), []);
  assert.doesNotMatch(await screen(tab, 1).textContent(), /Hello/);
  await finish(tab);
  await tab.context().close();
});

test('关掉：机器拆掉，焦点还给按钮，正文恢复原样；再开不用联网', async () => {
  const tab = await openLab();
  await finish(tab);
  const height = () => tab.evaluate(() => document.body.getBoundingClientRect().height);
  const docked = await height();
  await tab.locator('.lab-close').click();
  assert.equal(await tab.locator('.lab').count(), 0);
  assert.equal(await tab.evaluate(() => window.labStub.alive), 0);
  assert.equal(await isFocused(opener(tab)), true);
  assert.ok(await height() < docked, '正文下面让出的地方收回了');
  await tab.context().setOffline(true);
  await opener(tab).click();
  await status(tab).getByText('下一步（1/2）').waitFor();
  await finish(tab);
  assert.deepEqual(tab.messages, []);
  await tab.context().close();
});

test('取到一半关掉：不再取，也没有机器留下', async () => {
  const tab = await book.open('ch01/hello.html');
  await tab.route('**/state.zst', () => {}); // 一直不来
  await opener(tab).click();
  await status(tab).getByText('正在取').waitFor();
  await tab.keyboard.press('Escape');
  assert.equal(await tab.locator('.lab').count(), 0);
  await tab.unroute('**/state.zst');
  await opener(tab).click();
  await go(tab, '下一步').waitFor();
  assert.equal(await tab.evaluate(() => window.labStub.alive), 1);
  assert.deepEqual(tab.messages, []);
  await tab.context().close();
});

test('换一个会话：同一个面板，旧机器拆掉', async () => {
  const tab = await openLab();
  await tab.goto(book.url('ch01/std.html'));
  await opener(tab, 'ch01/hello_std').click();
  await go(tab, '下一步').waitFor();
  await opener(tab, 'ch01/hello_std').click();
  await go(tab, '下一步').waitFor();
  assert.equal(await tab.locator('.lab').count(), 1);
  assert.equal(await tab.evaluate(() => window.labStub.alive), 1);
  await tab.context().close();
});

test('Esc：终端里先离开终端，再按才关；占满屏幕的程序自己要 Esc', async () => {
  const tab = await openLab();
  await finish(tab);
  await tab.locator('.lab-screen').first().click();
  await tab.evaluate(() => window.labStub.guest.print(0, '\x1b[?1049h'));
  await tab.waitForFunction(() => !document.querySelector('.xterm-rows').textContent.includes('cargo'));
  await tab.keyboard.press('Escape');
  assert.equal(await isFocused(tab.locator('.lab-close')), false, '全屏的程序收到 Esc');
  await tab.evaluate(() => window.labStub.guest.print(0, '\x1b[?1049l'));
  await tab.waitForFunction(() => document.querySelector('.xterm-rows').textContent.includes('cargo'));
  await tab.keyboard.press('Escape');
  assert.equal(await isFocused(tab.locator('.lab-close')), true);
  await tab.keyboard.press('Escape');
  assert.equal(await tab.locator('.lab').count(), 0);
  await tab.context().close();
});

test('面板里的方向键和快捷键不翻页、不打开搜索', async () => {
  const tab = await openLab();
  await finish(tab);
  await tab.locator('.lab-screen').first().click();
  for (const key of ['ArrowRight', 'ArrowLeft', 's', '/', '?']) await tab.keyboard.press(key);
  await tool(tab, '复制').focus();
  await tab.keyboard.press('ArrowRight');
  assert.match(tab.url(), /ch01\/hello\.html$/);
  assert.equal(await tab.locator('#mdbook-search-wrapper').isVisible(), false);
  await tab.context().close();
});

test('复制：选中的，没选就是整个终端；粘贴送进终端', async () => {
  const tab = await openLab();
  await finish(tab);
  await tab.locator('.lab-screen').nth(1).click();
  await tool(tab, '复制').click();
  await tool(tab, '已复制').waitFor();
  assert.equal(
    (await tab.evaluate(() => navigator.clipboard.readText())).trim(),
    '$ cargo run -q --bin hello_client 127.0.0.1 9190\nMessage from server: Hello World!\n$',
  );
  await screen(tab, 1).getByText('Message').dblclick({ position: { x: 5, y: 5 }, force: true });
  await tab.keyboard.press('Control+c');
  await clipboardBecomes(tab, /^Message$/);
  assert.doesNotMatch(await screen(tab, 1).textContent(), /\^C/, '有选中的，Ctrl-C 是复制');
  await tab.keyboard.press('Control+c');
  await screen(tab, 1).getByText('^C').waitFor();
  await tab.evaluate(() => navigator.clipboard.writeText('粘贴 的字'));
  await tool(tab, '粘贴').click();
  await screen(tab, 1).getByText('$ 粘贴 的字').waitFor();
  await tab.keyboard.press('Control+v');
  await screen(tab, 1).getByText('$ 粘贴 的字粘贴 的字').waitFor();
  await tab.context().close();
});

test('读不了剪贴板时，说怎么粘贴', async () => {
  const tab = await openLab({ permissions: [] });
  await finish(tab);
  await tab.evaluate(() => { navigator.clipboard.readText = () => Promise.reject(new Error('不许')); });
  await tool(tab, '粘贴').click();
  await tab.locator('.lab-hint').getByText('把光标放进终端，按 Ctrl-V').waitFor();
  await tab.context().close();
});

test('中文一个字占两格，折行的命令复制出来还是一行', async () => {
  const tab = await openLab();
  await finish(tab);
  await screen(tab, 0).getByText('新客户端').first().waitFor();
  const cells = await tab.evaluate(() => {
    const rows = [...document.querySelector('.xterm-rows').children];
    const row = rows.find((each) => each.textContent.includes('新客户端'));
    const [chinese, latin] = [...row.querySelectorAll('span')].map((span) => [span.textContent, span.getBoundingClientRect().width]).filter(([text]) => text.trim());
    return { chinese, latin };
  });
  const [text, width] = cells.chinese;
  const cell = await tab.evaluate(() => document.querySelector('.xterm-screen').getBoundingClientRect().width) / await tab.evaluate(() => window.labStub.resizes.at(0)[1]);
  const wide = [...text].reduce((sum, character) => sum + (/[\u3000-\uffef]/.test(character) ? 2 : 1), 0);
  assert.ok(Math.abs(width - wide * cell) < 2, `“${text}”占 ${width} 像素，应该是 ${wide} 格 × ${cell}`);
  const long = `echo ${'很长的一行'.repeat(20)}`;
  await tab.evaluate((text) => navigator.clipboard.writeText(text), long);
  await tab.locator('.lab-screen').nth(0).click();
  await tab.keyboard.press('Control+v');
  await screen(tab, 0).getByText('很长的').first().waitFor();
  await tool(tab, '复制').click();
  assert.ok((await tab.evaluate(() => navigator.clipboard.readText())).includes(long));
  await tab.context().close();
});

test('用输入法敲中文', async () => {
  const tab = await openLab();
  await finish(tab);
  await tab.locator('.lab-screen').nth(0).click();
  const client = await tab.context().newCDPSession(tab);
  await client.send('Input.imeSetComposition', { text: 'ni hao', selectionStart: 6, selectionEnd: 6 });
  await tab.locator('.composition-view').getByText('ni hao').first().waitFor();
  await client.send('Input.insertText', { text: '你好' });
  await screen(tab, 0).getByText('$ 你好').waitFor();
  await tab.context().close();
});

test('高度：拖得动，键盘改得动，记得住；终端跟着变，机器也知道', async () => {
  const tab = await openLab();
  const height = () => tab.locator('.lab').evaluate((lab) => lab.offsetHeight);
  const start = await height();
  const [, , rows] = await tab.evaluate(() => window.labStub.resizes.at(-1));
  const box = await tab.locator('.lab-grip').boundingBox();
  await tab.mouse.move(box.x + box.width / 2, box.y + 5);
  await tab.mouse.down();
  await tab.mouse.move(box.x + box.width / 2, box.y - 145, { steps: 5 });
  await tab.mouse.up();
  const dragged = await height();
  assert.ok(Math.abs(dragged - start - 150) <= 10, `拖高 150 像素：${start} → ${dragged}`);
  await tab.waitForFunction((before) => window.labStub.resizes.at(-1)[2] > before, rows);
  await tab.locator('.lab-grip').focus();
  await tab.keyboard.press('ArrowDown');
  assert.equal(await height(), dragged - 32);
  assert.equal(await tab.locator('.lab-grip').getAttribute('aria-valuenow'), String(dragged - 32));
  await tab.keyboard.press('Home');
  assert.equal(await height(), 900 - 80);
  await tab.keyboard.press('End');
  assert.equal(await height(), 180);
  await tab.reload();
  await opener(tab).click();
  await go(tab, '下一步').waitFor();
  assert.equal(await height(), 180);
  await tab.context().close();
});

test('走书上的步骤时换大小，机器不知道，程序也就不会被 SIGWINCH 打断；走完了才知道', async () => {
  const tab = await openLab();
  const told = () => tab.evaluate(() => window.labStub.resizes.length);
  const rows = () => tab.locator('.xterm-rows').first().evaluate((box) => box.childElementCount);
  const [before, low] = [await told(), await rows()];
  await tab.evaluate(() => { window.labStub.stuck = true; });
  await tab.clock.install();
  await go(tab, '下一步').click();
  await status(tab).getByText('正在做').waitFor();
  await tab.locator('.lab-grip').focus();
  await tab.keyboard.press('Home');
  // 面板等大小停住一会儿才说；让那一会儿过去。
  await tab.clock.runFor(5000);
  assert.ok(await rows() > low, '终端高了');
  assert.equal(await told(), before, '步骤走到一半，没有告诉机器');
  await go(tab, '我来敲').click();
  await tab.waitForFunction((start) => window.labStub.resizes.at(-1)[2] > start, low);
  await tab.context().close();
});

test('停靠着的时候，正文滚得到底，会话不被盖住', async () => {
  const tab = await openLab();
  const top = await tab.locator('.lab').evaluate((lab) => lab.getBoundingClientRect().top);
  const figure = await tab.locator('figure[data-session="ch01/hello"]').evaluate((element) => element.getBoundingClientRect().bottom);
  assert.ok(figure <= top + 1, `会话的下边 ${figure}，面板的上边 ${top}`);
  await tab.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight));
  const bottom = await tab.locator('main').evaluate((main) => main.getBoundingClientRect().bottom);
  assert.ok(bottom <= top + 1, `正文的下边 ${bottom}，面板的上边 ${top}`);
  await tab.context().close();
});

test('窗口窄了，终端分页；分页用方向键走', async () => {
  const tab = await openLab();
  assert.equal(await tab.locator('[role=tablist]').isVisible(), false);
  await tab.setViewportSize({ width: 700, height: 900 });
  await tab.locator('[role=tablist]').waitFor();
  assert.equal(await tab.locator('.lab-pane').nth(1).isVisible(), false);
  await tab.getByRole('tab', { name: '服务器' }).focus();
  await tab.keyboard.press('ArrowRight');
  assert.equal(await tab.getByRole('tab', { name: '客户端' }).getAttribute('aria-selected'), 'true');
  assert.equal(await tab.locator('.lab-pane').nth(1).isVisible(), true);
  await go(tab, '下一步').click();
  await status(tab).getByText('下一步（2/2）').waitFor();
  assert.equal(await tab.getByRole('tab', { name: '客户端' }).getAttribute('aria-selected'), 'true', '翻到下一步的终端');
  await tab.context().close();
});

test('手机：占满屏幕，正文碰不到，不左右溢出，按键都在屏幕里', async () => {
  const tab = await openLab(PHONE);
  const lab = tab.locator('.lab');
  assert.deepEqual(await lab.boundingBox(), { x: 0, y: 0, width: 390, height: 844 });
  assert.equal(await lab.getAttribute('role'), 'dialog');
  assert.equal(await lab.getAttribute('aria-modal'), 'true');
  assert.equal(await tab.locator('#mdbook-body-container').evaluate((element) => element.inert), true);
  await finish(tab);
  for (const label of ['Ctrl-C', 'Ctrl-D', 'Tab', '↑', '复制', '粘贴', '重来']) {
    const { x, y, width, height } = await tool(tab, label).boundingBox();
    assert.ok(x >= 0 && x + width <= 390 && y + height <= 844, label);
    assert.ok(height >= 32, `${label} 高 ${height}，按得到`);
  }
  const extra = await tab.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.equal(extra, 0);
  const [, cols] = await tab.evaluate(() => window.labStub.resizes.at(-1));
  assert.ok(cols >= 45, `一行 ${cols} 格`);
  assert.equal(await tab.evaluate(() => document.activeElement.localName), 'section', '不抢着弹出键盘');
  // Tab 在面板里转。
  await tab.locator('.lab-close').focus();
  for (let i = 0; i < 12; i += 1) {
    await tab.keyboard.press('Shift+Tab');
    assert.ok(await tab.evaluate(() => document.querySelector('.lab').contains(document.activeElement)));
  }
  await tab.locator('.lab-close').click();
  assert.equal(await tab.locator('#mdbook-body-container').evaluate((element) => element.inert), false);
  await tab.context().close();
});

test('换主题，终端跟着换颜色', async () => {
  const tab = await openLab({ theme: 'light' });
  const colours = () => tab.evaluate(() => {
    const rows = document.querySelector('.xterm-rows');
    const scrollable = document.querySelector('.xterm-scrollable-element');
    return [getComputedStyle(rows).color, getComputedStyle(scrollable).backgroundColor];
  });
  const seen = new Set([String(await colours())]);
  for (const theme of ['rust', 'coal', 'navy', 'ayu']) {
    await tab.evaluate((name) => { document.documentElement.className = document.documentElement.className.replace(/\b(light|rust|coal|navy|ayu)\b/, name); }, theme);
    await tab.waitForFunction(() => {
      const probe = document.querySelector('.lab-screen');
      return getComputedStyle(document.querySelector('.xterm-scrollable-element')).backgroundColor === getComputedStyle(probe).backgroundColor;
    });
    seen.add(String(await colours()));
  }
  assert.equal(seen.size, 5);
  await tab.context().close();
});

test('没有 WebAssembly：说清楚，什么都不取', async () => {
  const tab = await book.open('ch01/hello.html');
  await tab.evaluate(() => { delete window.WebAssembly; });
  await opener(tab).click();
  await tab.locator('.lab-trouble').getByText('这个浏览器没有 WebAssembly').waitFor();
  assert.deepEqual(tab.requests.filter((url) => /state|wasm/.test(url)), []);
  await tab.keyboard.press('Escape');
  assert.equal(await tab.locator('.lab').count(), 0);
  await tab.getByText('服务器打印出客户端的地址').waitFor();
  await tab.context().close();
});

test('内存不够：说要多少、怎么办', async () => {
  const tab = await book.open('ch01/hello.html');
  await tab.evaluate(() => { window.labStub = { refuse: 'could not allocate memory', refuseName: 'RangeError' }; });
  await opener(tab).click();
  await tab.locator('.lab-trouble').getByText('内存不够').waitFor();
  await tab.evaluate(() => { window.labStub.refuse = null; });
  await retry(tab).click();
  await go(tab, '下一步').waitFor();
  await tab.context().close();
});

for (const [how, answer] of [
  ['404', (route) => route.fulfill({ status: 404, body: '' })],
  ['断了', (route) => route.abort()],
  ['没取全', (route) => route.fulfill({ body: Buffer.alloc(1000) })],
]) {
  test(`大文件取不到（${how}）：说是哪个文件，再试一次接着取`, async () => {
    const tab = await book.open('ch01/hello.html');
    await tab.route('**/state.zst', answer);
    await opener(tab).click();
    const trouble = tab.locator('.lab-trouble');
    await trouble.getByText('没有取到实验台的文件').waitFor();
    await trouble.getByText('state.zst').waitFor();
    assert.equal(await isFocused(retry(tab)), true);
    await tab.unroute('**/state.zst');
    const before = tab.requests.length;
    await retry(tab).click();
    await go(tab, '下一步').waitFor();
    const fetched = tab.requests.slice(before).map((url) => url.split('/').at(-1));
    assert.ok(fetched.includes('state.zst') && !fetched.includes('machine.json'), `只取没取到的：${fetched}`);
    await tab.context().close();
  });
}

for (const file of ['lab.mjs', 'lab.css', 'panel.mjs', 'machine.json', 'xterm.mjs']) {
  test(`${file} 取不到：用中文说，再点就好`, async () => {
    const tab = await book.open('ch01/hello.html');
    await tab.route(`**/${file}`, (route) => route.abort());
    await opener(tab).click();
    await tab.getByText(/没有取到实验台/).first().waitFor();
    await tab.unroute(`**/${file}`);
    await (await retry(tab).count() > 0 ? retry(tab) : opener(tab)).click();
    await go(tab, '下一步').waitFor();
    assert.equal(await tab.locator('.lab-trouble:visible, .lab-missing').count(), 0);
    await tab.context().close();
  });
}

test('机器起不来：不等了，说怎么办', async () => {
  const tab = await book.open('ch01/hello.html');
  await tab.clock.install();
  await tab.evaluate(() => { window.labStub = { hang: true }; });
  await opener(tab).click();
  await status(tab).getByText('正在启动机器').waitFor();
  await tab.clock.fastForward(61_000);
  await tab.locator('.lab-trouble').getByText('机器还没有起来').waitFor();
  await tab.context().close();
});

test('面板上的每个词都是中文', async () => {
  const tab = await openLab();
  await finish(tab);
  const words = await tab.evaluate(() => {
    const found = [];
    for (const element of document.querySelectorAll('.lab, .lab *')) {
      for (const name of ['title', 'aria-label', 'aria-valuetext']) found.push(element.getAttribute(name) ?? '');
      if (element.closest('.xterm-rows, .xterm-accessibility-tree, style')) continue;
      found.push([...element.childNodes].filter((node) => node.nodeType === 3).map((node) => node.data).join(''));
    }
    return found;
  });
  const english = words.filter((word) => /[A-Za-z]/.test(word.replace(/Ctrl-[CD]|\bTab\b|\bEsc\b|\bMB\b/g, '')));
  assert.deepEqual(english, []);
  await tab.context().close();
});

for (const theme of ['light', 'rust', 'coal', 'navy', 'ayu']) {
  for (const [device, options] of [['宽屏', {}], ['手机', PHONE]]) {
    test(`无障碍：${theme} ${device}，走着和走完`, async () => {
      const tab = await openLab({ theme, ...options });
      await tab.evaluate(AXE);
      const check = async (when) => {
        const { violations } = await tab.evaluate(() => window.axe.run('.lab'));
        const told = violations.map(({ id, help, nodes }) => `${when} ${id}（${help}）\n`
          + nodes.slice(0, 3).map((node) => `  ${node.html.slice(0, 160)}\n  ${node.failureSummary}`).join('\n'));
        assert.deepEqual(told, []);
      };
      await check('等着');
      await finish(tab);
      await check('走完');
      await tab.context().close();
    });
  }
}

test('无障碍：出错的时候', async () => {
  const tab = await book.open('ch01/hello.html', { theme: 'navy' });
  await tab.route('**/state.zst', (route) => route.abort());
  await opener(tab).click();
  await tab.locator('.lab-trouble').waitFor();
  await tab.evaluate(AXE);
  const { violations } = await tab.evaluate(() => window.axe.run(document));
  assert.deepEqual(violations.map(({ id, nodes }) => [id, nodes[0].html]), []);
  await tab.context().close();
});
