// 真的实验台的测试共用的：打开、走步骤、取记录、交给 Rust 那边判；量内存和处理器。

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

import { HTML, ROOT } from './book.mjs';
import { builtLab } from './lab.mjs';

/** 机器忙的时候，慢不是错。 */
const PATIENCE = 120_000;

/** 建好的书里的实验台；没有就说明为什么，LAB=required 时（CI）没有就是错。 */
export const FOLDER = builtLab();
export const MISSING = '实验台还没有做好：先运行 lab/build，再 mdbook build';
export const REQUIRED = process.env.LAB === 'required';

/** 一页上有按钮的会话，按次序，不重复。 */
export function sessionsOn(tab) {
  return tab.locator('figure.session:has(.tools button:text-is("在实验台里运行"))').evaluateAll(
    (figures) => [...new Set(figures.map((figure) => figure.dataset.session))],
  );
}

/** 按下会话的按钮；null 是“实验台”那一页的按钮。 */
export async function press(tab, session) {
  const place = session === null ? '.lab-door' : `figure[data-session="${session}"]`;
  await tab.locator(place).first().getByRole('button', { name: session === null ? '打开实验台' : '在实验台里运行' }).click();
}

/** 等到可以用；出了错就说面板上写着什么。 */
export async function ready(tab) {
  await settled(tab, '.lab-tools button:enabled');
}

/** 打开一个会话，等到可以走。 */
export async function open(tab, session) {
  await press(tab, session);
  await ready(tab);
}

/** 从头走到尾。 */
export async function play(tab) {
  await tab.locator('.lab-go').getByText('全部运行', { exact: true }).click();
  await settled(tab, '.lab-status:has-text("走完了")');
}

async function settled(tab, selector) {
  const trouble = tab.locator('.lab-trouble:visible');
  await tab.locator(selector).first().or(trouble).first().waitFor({ timeout: PATIENCE });
  if (await trouble.count() > 0) throw new Error(`面板上说：${await trouble.innerText()}\n${(await screens(tab)).join('\n────\n')}`);
}

/** 每个终端上的文字，滚上去的也在，折行的接回一行。 */
export function screens(tab) {
  return tab.evaluate(async (folder) => {
    const lab = await import(new URL(`${path_to_root}${folder}lab.mjs`, document.baseURI).href);
    return lab.texts();
  }, FOLDER);
}

/** 等第 index 个终端上出现 pattern；返回那时的文字。 */
export async function appears(tab, index, pattern) {
  const { found, text } = await tab.evaluate(async ([folder, nth, source, patience]) => {
    const lab = await import(new URL(`${path_to_root}${folder}lab.mjs`, document.baseURI).href);
    const wanted = new RegExp(source, 'm');
    const deadline = performance.now() + patience;
    for (;;) {
      const now = lab.texts()[nth];
      if (wanted.test(now)) return { found: true, text: now };
      if (performance.now() > deadline) return { found: false, text: now };
      await new Promise((resolve) => { setTimeout(resolve, 50); });
    }
  }, [FOLDER, index, pattern.source, PATIENCE]);
  if (!found) throw new Error(`第 ${index + 1} 个终端上没有出现 ${pattern}：\n${text}`);
  return text;
}

/** 在第 index 个终端里敲一行。 */
export async function type(tab, index, line) {
  await tab.locator('.lab-screen').nth(index).click();
  await tab.keyboard.type(line);
  await tab.keyboard.press('Enter');
}

/** 面板现在的记录，和 lab/replay.mjs 打印的一样的写法。 */
export function replayOf(tab, started) {
  return tab.evaluate(async ([folder, seconds]) => {
    const lab = await import(new URL(`${path_to_root}${folder}lab.mjs`, document.baseURI).href);
    return { transcripts: lab.transcripts(), error: null, seconds };
  }, [FOLDER, (performance.now() - started) / 1000]);
}

/**
 * 交给 Rust 那边判：和书里的录音相同吗，允许变化的词、已知的不同都算上。
 * @returns {{right: boolean, text: string}} text 是每个会话一行，不对的写着差在哪里
 */
export function judge(replays) {
  const { status, stdout, stderr, error } = spawnSync('cargo', ['run', '-q', '-p', 'book-tests', '--bin', 'judge_lab'], {
    cwd: ROOT, input: JSON.stringify(replays), encoding: 'utf8',
  });
  if (error) throw new Error(`要用 cargo 来判：${error.message}`);
  return { right: status === 0, text: stdout + stderr };
}

/** src/lab.md 的“试试”里写着的命令，按次序。 */
export function commandsToTry() {
  const text = readFileSync(`${ROOT}/src/lab.md`, 'utf8');
  const part = text.split(/^## /m).find((section) => section.startsWith('试试'));
  return [...part.matchAll(/`([a-z][^`]* [^`]*)`/g)].map(([, command]) => command);
}

// ───── 量 ─────

/** 显示这一页的渲染进程的号：占内存最多的那个。 */
export async function rendererOf(browser) {
  const client = await browser.newBrowserCDPSession();
  const { processInfo } = await client.send('SystemInfo.getProcessInfo');
  await client.detach();
  const renderers = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id);
  return renderers.sort((a, b) => memory(b).pss - memory(a).pss)[0];
}

/** 一个进程占的内存，字节：rss 算上与别的进程共用的，pss 把共用的摊开。 */
export function memory(pid) {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  const field = (name) => Number(new RegExp(`^${name}: +(\\d+) kB`, 'm').exec(rollup)[1]) * 1024;
  return { rss: field('Rss'), pss: field('Pss') };
}

/** 一个进程用过的处理器时间，秒。 */
export function processorTime(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** 收一遍垃圾。 */
export async function collect(tab) {
  const client = await tab.context().newCDPSession(tab);
  for (let i = 0; i < 3; i += 1) await client.send('HeapProfiler.collectGarbage');
  await client.detach();
}

/** 到现在为止，实验台从网上取了什么：文件 → 字节，响应头也算。 */
export function fetched(tab) {
  return tab.evaluate((folder) => Object.fromEntries(performance.getEntriesByType('resource')
    .filter(({ name }) => name.includes(folder))
    .map(({ name, transferSize }) => [name.split('/').at(-1), transferSize])), FOLDER);
}

/** 最近一次从按下到取齐、到可以用，毫秒。 */
export function times(tab) {
  return tab.evaluate(() => {
    const last = (name) => performance.getEntriesByName(name).at(-1).startTime;
    return { load: last('lab:loaded') - last('lab:click'), boot: last('lab:booted') - last('lab:loaded'), ready: last('lab:ready') - last('lab:loaded') };
  });
}

export { HTML };
