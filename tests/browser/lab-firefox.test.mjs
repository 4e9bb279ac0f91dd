// Firefox 里的实验台：打得开，走得完，读者敲得动，关得掉；不往外连，控制台里不说话。
// 要有 /usr/bin/firefox-esr（Debian 的 firefox-esr）；不会下载浏览器。没有它，或者没有实验台，就按名字跳过。

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { after, before, test } from 'node:test';
import puppeteer from 'puppeteer-core';

import { HTML } from './lib/book.mjs';
import { FOLDER, MISSING, REQUIRED, judge } from './lib/real-lab.mjs';
import { serve } from './lib/server.mjs';

const FIREFOX = process.env.FIREFOX ?? '/usr/bin/firefox-esr';
const WITHOUT = !FOLDER ? MISSING : !existsSync(FIREFOX) ? `没有 ${FIREFOX}：装 firefox-esr` : '';
const PATIENCE = { timeout: 120_000 };

let server;
let browser;
before(async () => {
  if (WITHOUT && REQUIRED) throw new Error(WITHOUT);
  if (WITHOUT) return;
  server = await serve(HTML);
  browser = await puppeteer.launch({
    browser: 'firefox', executablePath: FIREFOX, headless: true,
    // 浏览器自己不要往外连。
    extraPrefsFirefox: { 'network.captive-portal-service.enabled': false, 'network.connectivity-service.enabled': false, 'intl.accept_languages': 'zh-CN' },
  });
});
after(async () => {
  await browser?.close();
  await server?.close();
});

const skip = WITHOUT && !REQUIRED ? WITHOUT : false;

/** 开一个窗口看一页，记下请求和控制台。 */
async function openPage(path, { width = 1280, height = 900 } = {}) {
  const page = await browser.newPage();
  await page.setViewport({ width, height });
  const outside = [];
  const messages = [];
  page.on('request', (request) => {
    if (/^(http|ws)/.test(request.url()) && !request.url().startsWith(new URL(server.url).origin)) outside.push(request.url());
  });
  page.on('console', (message) => messages.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => messages.push(`error: ${error.message}`));
  await page.goto(server.url + path, { waitUntil: 'load' });
  return { page, outside, messages };
}

/** 等面板上出现什么；出了错就说面板上写着什么。 */
async function until(page, selector) {
  await page.waitForSelector(`${selector}, .lab-trouble:not([hidden])`, { visible: true, ...PATIENCE });
  const trouble = await page.evaluate(() => document.querySelector('.lab-trouble:not([hidden])')?.innerText);
  assert.equal(trouble, undefined, `面板上说：${trouble}`);
}

const press = (page, scope, label) => page.evaluate(([where, text]) => {
  [...document.querySelectorAll(`${where} button`)].find((button) => button.textContent === text).click();
}, [scope, label]);

const appears = (page, index, pattern) => page.waitForFunction((nth, source) => {
  const rows = document.querySelectorAll('.lab-screen .xterm-rows')[nth];
  return new RegExp(source, 'm').test([...rows.children].map((row) => row.textContent.trimEnd()).join('\n'));
}, PATIENCE, index, pattern.source);

test('Firefox：走完一个会话，和书上一样；接着自己敲', { skip }, async () => {
  const { page, outside, messages } = await openPage('ch01/hello.html');
  const started = performance.now();
  await press(page, 'figure[data-session="ch01/hello"]', '在实验台里运行');
  await until(page, '.lab-go button:enabled');
  await press(page, '.lab-go', '全部运行');
  await page.waitForFunction(() => /走完了/.test(document.querySelector('.lab-status').textContent) || document.querySelector('.lab-trouble:not([hidden])'), PATIENCE);
  await until(page, '.lab-tools button:enabled');
  const transcripts = await page.evaluate(async (folder) => {
    const lab = await import(new URL(`${path_to_root}${folder}lab.mjs`, document.baseURI).href);
    return lab.transcripts();
  }, FOLDER);
  const { right, text } = judge({ 'ch01/hello': { transcripts, error: null, seconds: (performance.now() - started) / 1000 } });
  assert.ok(right, text);
  const times = await page.evaluate(() => Object.fromEntries(performance.getEntriesByType('mark').map(({ name, startTime }) => [name, startTime])));
  console.log(`Firefox：恢复到提示符 ${Math.round(times['lab:booted'] - times['lab:loaded'])} 毫秒，会话摆好 ${Math.round(times['lab:ready'] - times['lab:loaded'])} 毫秒`);

  await page.click('.lab-screen');
  await page.keyboard.type('hello_server 9190');
  await page.keyboard.press('Enter');
  await page.keyboard.down('Control');
  await page.keyboard.press('c');
  await page.keyboard.up('Control');
  await appears(page, 0, /\^C\n\$$/);
  await page.keyboard.type('echo $((6*7))');
  await page.keyboard.press('Enter');
  await appears(page, 0, /^42$/);
  assert.deepEqual(outside, []);
  assert.deepEqual(messages, []);
  await page.close();
});

test('Firefox：关掉再开；手机那么窄也行', { skip }, async () => {
  const { page, messages } = await openPage('ch01/hello.html', { width: 390, height: 844 });
  for (let i = 0; i < 2; i += 1) {
    await press(page, 'figure[data-session="ch01/hello"]', '在实验台里运行');
    await until(page, '.lab-go button:enabled');
    const { width, height } = await page.evaluate(() => { const { width, height } = document.querySelector('.lab').getBoundingClientRect(); return { width, height }; });
    assert.deepEqual([width, height], [390, 844]);
    await press(page, '.lab', '关闭');
    assert.equal(await page.$('.lab'), null);
  }
  assert.deepEqual(messages, []);
  await page.close();
});

test('Firefox：取不到时说清楚，再试一次就好', { skip }, async () => {
  const { page } = await openPage('ch01/hello.html');
  await page.setRequestInterception(true);
  let broken = /\/lab\//;
  page.on('request', (request) => {
    if (broken?.test(request.url())) request.abort();
    else request.continue();
  });
  await press(page, 'figure[data-session="ch01/hello"]', '在实验台里运行');
  await page.waitForSelector('.lab-missing', PATIENCE);
  assert.match(await page.$eval('.lab-missing', (element) => element.textContent), /没有取到实验台/);
  broken = /xterm\.mjs|state\.zst/;
  await press(page, 'figure[data-session="ch01/hello"]', '在实验台里运行');
  await page.waitForSelector('.lab-trouble:not([hidden])', { visible: true, ...PATIENCE });
  assert.match(await page.$eval('.lab-trouble', (element) => element.innerText), /没有取到实验台的文件/);
  broken = null;
  await press(page, '.lab-trouble', '再试一次');
  await page.waitForSelector('.lab-go button:enabled', { visible: true, ...PATIENCE });
  await page.close();
});
