// 实验台有多重、多快：下载的字节、从存下的状态到提示符、内存、空闲时的处理器。
// 用法：npm run lab-figures（在 tests/browser 里，先 lab/build，再 mdbook build）。超过预算以 1 退出；--report 只报告。

import { readdirSync } from 'node:fs';
import { join } from 'node:path';

import { ROOT, openBook } from './lib/book.mjs';
import { FOLDER, MISSING, collect, fetched, memory, open, play, processorTime, ready, rendererOf, times } from './lib/real-lab.mjs';

const PROGRAMS = readdirSync(join(ROOT, 'listings')).filter((chapter) => chapter.startsWith('ch'))
  .flatMap((chapter) => readdirSync(join(ROOT, 'listings', chapter, 'src/bin'))).length;
/** 预算：4.5 MB 加每个程序 20 KB；恢复到提示符 0.6 秒；渲染进程 260 MB；空闲不到一个核的 3%。 */
export const BUDGET = { bytes: 4.5e6 + PROGRAMS * 20e3, boot: 600, memory: 260e6, idle: 0.03 };

/** 关掉以后，比走完一个会话时至少少占这么多。 */
export const RETURNED = 50e6;

const STARTS = 5;
const IDLE_SECONDS = 10;
const MB = (bytes) => `${(bytes / 1e6).toFixed(2)} MB`;
const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];
const sleep = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

/**
 * 垃圾什么时候还回去由浏览器定：收一遍，看一眼，直到不超过 enough，或者收过 20 遍。
 * @returns 看到的最小的一次
 */
async function afterCollecting(tab, pid, enough) {
  let least = null;
  for (let round = 0; round < 20 && !(least?.pss <= enough); round += 1) {
    await collect(tab);
    await sleep(500);
    const now = memory(pid);
    if (least === null || now.pss < least.pss) least = now;
  }
  return least;
}

/** 全部量一遍。 */
export async function measure() {
  const book = await openBook();
  try {
    const tab = await book.open('ch01/hello.html', { reducedMotion: 'reduce' });
    await collect(tab);
    const before = memory(await rendererOf(book.browser));
    await open(tab, 'ch01/hello');
    const first = await times(tab);
    const byFile = await fetched(tab);
    const bytes = Object.values(byFile).reduce((sum, each) => sum + each, 0);
    await play(tab);
    await collect(tab);
    const pid = await rendererOf(book.browser);
    const running = memory(pid);
    const used = processorTime(pid);
    const since = performance.now();
    await sleep(IDLE_SECONDS * 1000);
    const idle = (processorTime(pid) - used) / ((performance.now() - since) / 1000);
    const starts = [];
    const requested = tab.requests.length;
    for (let i = 0; i < STARTS; i += 1) {
      await tab.locator('.lab-tools').getByText('重来', { exact: true }).click();
      await tab.locator('.lab-tools button:disabled').first().waitFor({ state: 'attached' }).catch(() => {});
      await ready(tab);
      starts.push(await times(tab));
    }
    const again = tab.requests.slice(requested).filter((url) => url.startsWith('http')).length;
    const restarted = await afterCollecting(tab, pid, BUDGET.memory);
    await tab.locator('.lab-close').click();
    const closed = await afterCollecting(tab, pid, running.pss - RETURNED);
    return {
      bytes, byFile, again, first, before, running, restarted, closed, idle,
      boots: starts.map(({ boot }) => boot), readies: starts.map((each) => each.ready),
      outside: tab.requests.filter((url) => !url.replace(/^blob:/, '').startsWith(new URL(book.server.url).origin)), messages: tab.messages,
    };
  } finally {
    await book.close();
  }
}

if (process.argv[1] === import.meta.filename) {
  if (!FOLDER) {
    console.error(MISSING);
    process.exit(1);
  }
  const it = await measure();
  console.log(`下载（gzip，点了才取）：${MB(it.bytes)}，${Object.keys(it.byFile).length} 个文件；重来 ${STARTS} 次又取 ${it.again} 个；预算 ${MB(BUDGET.bytes)}`);
  for (const [name, bytes] of Object.entries(it.byFile).sort(([, a], [, b]) => b - a).slice(0, 6)) console.log(`  ${name.padEnd(14)} ${MB(bytes)}`);
  console.log(`第一次：取齐 ${it.first.load.toFixed(0)} 毫秒，恢复到提示符 ${it.first.boot.toFixed(0)} 毫秒，会话摆好 ${it.first.ready.toFixed(0)} 毫秒`);
  console.log(`重来 ${STARTS} 次：恢复到提示符 中位 ${median(it.boots).toFixed(0)}，最慢 ${Math.max(...it.boots).toFixed(0)} 毫秒；会话摆好 中位 ${median(it.readies).toFixed(0)} 毫秒；预算 ${BUDGET.boot}`);
  console.log(`渲染进程（PSS / RSS）：没开 ${MB(it.before.pss)} / ${MB(it.before.rss)}，走完一个会话 ${MB(it.running.pss)} / ${MB(it.running.rss)}，重来 ${STARTS} 次以后 ${MB(it.restarted.pss)}，关掉以后 ${MB(it.closed.pss)}；预算 ${MB(BUDGET.memory)}`);
  console.log(`空闲：一个核的 ${(it.idle * 100).toFixed(1)}%（${IDLE_SECONDS} 秒）；预算 ${BUDGET.idle * 100}%`);
  console.log(`外部请求 ${it.outside.length}，控制台 ${it.messages.length} 条`);
  const over = [
    it.bytes > BUDGET.bytes && '下载', median(it.boots) > BUDGET.boot && '恢复', Math.max(it.running.pss, it.restarted.pss) > BUDGET.memory && '内存',
    it.idle > BUDGET.idle && '空闲', it.outside.length > 0 && '外部请求', it.messages.length > 0 && '控制台',
  ].filter(Boolean);
  if (over.length > 0) console.log(`超了：${over.join('、')}`);
  process.exit(over.length > 0 && !process.argv.includes('--report') ? 1 : 0);
}
