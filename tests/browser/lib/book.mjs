// 打开这本书的一页：浏览器、服务器、页面上发生的事，都从这里拿。

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

import { serve } from './server.mjs';

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../../..');
export const HTML = join(ROOT, 'book/html');

/** 浏览器自己不要往外连。 */
const FLAGS = [
  '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync',
];

/**
 * 开一个浏览器和一个服务器；用完 close。
 * @param {{root?: string}} options root 是要看的文件夹，默认是建好的书
 * @returns {Promise<Book>}
 */
export async function openBook({ root = HTML } = {}) {
  if (!existsSync(join(root, 'index.html'))) throw new Error(`还没有 ${root}：先运行 mdbook build`);
  const server = await serve(root);
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: FLAGS,
  });
  return new Book(server, browser);
}

/** 目录里的页，按阅读次序：['index.html', 'ch01/index.html', …]。 */
export function pages() {
  const summary = readFileSync(join(ROOT, 'src/SUMMARY.md'), 'utf8');
  return [...summary.matchAll(/\]\(([^)]+)\.md\)/g)].map((match) => `${match[1]}.html`);
}

/** 建好的文件夹里的全部文件，路径相对于它。 */
export function files(root = HTML, folder = root) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? files(root, path) : [relative(root, path)];
  });
}

class Book {
  constructor(server, browser) {
    this.server = server;
    this.browser = browser;
  }

  /** 这一页的网址。 */
  url(page) {
    return this.server.url + page;
  }

  /**
   * 开一个全新的窗口，看一页。
   * @param {string} page 例如 'ch01/hello.html?search=端口'
   * @param {{width?: number, height?: number, theme?: string, javaScript?: boolean}} options
   * @returns {Promise<import('playwright-core').Page & {messages: string[], requests: string[]}>}
   *   messages 是控制台里的话和没接住的错误，requests 是取过的网址
   */
  async open(page, { width = 1280, height = 900, theme, javaScript = true, ...rest } = {}) {
    const context = await this.browser.newContext({
      viewport: { width, height }, javaScriptEnabled: javaScript, locale: 'zh-CN',
      permissions: ['clipboard-read', 'clipboard-write'], ...rest,
    });
    if (theme) await context.addInitScript((name) => localStorage.setItem('mdbook-theme', name), theme);
    const tab = await context.newPage();
    tab.setDefaultTimeout(90_000); // 机器忙的时候，慢不是错
    tab.messages = [];
    tab.requests = [];
    tab.on('console', (message) => tab.messages.push(`${message.type()}: ${message.text()}`));
    tab.on('pageerror', (error) => tab.messages.push(`error: ${error.message}`));
    tab.on('request', (request) => tab.requests.push(request.url()));
    if (page !== undefined) await tab.goto(this.url(page), { waitUntil: 'load' });
    return tab;
  }

  /** 关掉浏览器和服务器。 */
  async close() {
    await this.browser.close();
    await this.server.close();
  }
}
