// 每一页有多重：冷启动、gzip。超过预算（字节、请求数、外部请求、控制台消息）以 1 退出；时间只打印，不作数。
// 慢于目标的页再量两次，取最快的：机器忙的时候，多出来的时间不是页面的。
// 用法：npm run weight（在 tests/browser 里，先 mdbook build）。

import { openBook, pages } from './lib/book.mjs';

const BUDGET = { bytes: 130 * 1024, requests: 16 };
/** load 的目标，毫秒。 */
const GOAL = 1200;
/** 慢 4G：1.6 Mbit/s，往返 150 毫秒。 */
const SLOW_4G = { offline: false, latency: 150, downloadThroughput: 1.6e6 / 8, uploadThroughput: 750e3 / 8 };

/** 冷启动打开一页，量它。 */
async function weigh(book, page) {
  const tab = await book.open();
  const client = await tab.context().newCDPSession(tab);
  await client.send('Network.enable');
  await client.send('Network.setCacheDisabled', { cacheDisabled: true });
  await client.send('Network.emulateNetworkConditions', SLOW_4G);
  let bytes = 0;
  let requests = 0;
  client.on('Network.requestWillBeSent', ({ request }) => { if (!request.url.startsWith('data:')) requests += 1; });
  client.on('Network.loadingFinished', ({ encodedDataLength }) => { bytes += encodedDataLength; });
  await tab.goto(book.url(page), { waitUntil: 'load' });
  const load = await tab.evaluate(() => performance.getEntriesByType('navigation')[0].loadEventEnd);
  await tab.waitForLoadState('networkidle');
  const outside = tab.requests.filter((url) => !url.startsWith(book.server.url)).length;
  const messages = tab.messages.length;
  await tab.context().close();
  return { page, bytes, requests, outside, messages, load };
}

const book = await openBook();
let over = 0;
const loads = [];
console.log('  KB  请求 外部 消息 秒（慢 4G）');
for (const page of pages()) {
  const row = await weigh(book, page);
  for (let again = 0; again < 2 && row.load > GOAL; again += 1) row.load = Math.min(row.load, (await weigh(book, page)).load);
  const bad = row.bytes > BUDGET.bytes || row.requests > BUDGET.requests || row.outside > 0 || row.messages > 0;
  over += bad ? 1 : 0;
  loads.push(row.load / 1000);
  console.log(`${(row.bytes / 1024).toFixed(1).padStart(6)} ${String(row.requests).padStart(4)} ${String(row.outside).padStart(4)} ${String(row.messages).padStart(4)} ${(row.load / 1000).toFixed(2).padStart(5)}  ${row.page}${bad ? '  ← 超了' : ''}`);
}
await book.close();
loads.sort((a, b) => a - b);
console.log(`预算：${BUDGET.bytes / 1024} KB、${BUDGET.requests} 个请求、0 个外部请求、0 条消息；load 中位数 ${loads[loads.length >> 1].toFixed(2)} 秒，最慢 ${loads.at(-1).toFixed(2)} 秒，目标 ${GOAL / 1000} 秒`);
process.exit(over > 0 ? 1 : 0);
