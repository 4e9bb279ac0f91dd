// 在 node 里开实验台，把会话重放一遍，录音打印成 JSON。
//
// 用法：node lab/replay.mjs [--lab 文件夹] [--jobs 个数] [会话…]
//       node lab/replay.mjs [--lab 文件夹] --serve
//   --lab   做好的实验台，里面有 v86.mjs、state.zst、sessions.json；不写就是页面用的那个（theme/head.hbs 说的）
//   --jobs  同时开几台，不写是 1
//   会话    ch01/hello 这样的名字；不写就是全部，除了声明了 absent 的
//   --serve 从标准输入一行一个地读会话的名字，做完一个打印一行
//
// 打印 { 名字: { transcripts: { 终端: 录音 }, error: null 或一句中文, seconds: 秒 } }。
// 每个会话用一台刚恢复的机器。会话出错记在 error 里，以 0 退出；没有实验台、没有这个会话，以 1 退出。

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

/** 会话的时限放宽几倍：它是照真的机器定的，模拟的慢得多，测试的机器又可能正忙。 */
const PATIENCE = 4;

/** 恢复、关掉一台机器最多等这么久，毫秒；平常不到一秒。 */
const LONGEST = 120_000;

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** 页面用的实验台在哪里：theme/head.hbs 里的 `<meta name="lab" content="{{ path_to_root }}lab/…/">`。 */
async function builtLab() {
  const head = await readFile(join(ROOT, 'theme/head.hbs'), 'utf8').catch(() => '');
  const found = /<meta name="lab" content="\{\{ ?path_to_root ?\}\}(lab\/[^"]*)"/.exec(head);
  if (!found) throw new Error('实验台还没有做好：先运行 lab/build');
  return join(ROOT, 'src', found[1]);
}

/**
 * 开一台机器，重放一个会话。
 *
 * @param {string} lab 做好的实验台
 * @param {object} session sessions.json 里的一个会话
 * @returns {Promise<{ transcripts: object, error: string | null, seconds: number }>}
 */
async function replay(lab, session) {
  const started = performance.now();
  const [{ V86 }, { Guest }, { Player }] = await Promise.all([
    import(pathToFileURL(join(lab, 'v86.mjs'))), import('./guest.mjs'), import('./player.mjs'),
  ]);
  const load = async (name) => {
    const { buffer, byteOffset, byteLength } = await readFile(join(lab, name));
    return buffer.slice(byteOffset, byteOffset + byteLength);
  };
  let guest;
  let player;
  let error = null;
  try {
    guest = await inTime(Guest.start({ V86, load }), '恢复出机器');
    player = new Player(session, guest, { patience: PATIENCE });
    await player.prepare();
    await player.all();
  } catch (why) {
    error = why.message;
  }
  const transcripts = player?.transcripts ?? {};
  player?.stop();
  if (guest) await inTime(guest.destroy(), '关掉机器').catch((why) => { error ??= why.message; });
  return { transcripts, error, seconds: (performance.now() - started) / 1000 };
}

/** 机器要是起不来、关不掉，也不一直等。 */
function inTime(answer, what) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${LONGEST / 1000} 秒还没有${what}`)), LONGEST);
  });
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}

/** 几个工人各自一个个地做，谁闲谁拿下一个。 */
async function replayAll(lab, sessions, jobs) {
  const names = Object.keys(sessions);
  const results = {};
  const work = () => new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: { lab } });
    let doing;
    const give = () => {
      doing = names.shift();
      if (doing === undefined) {
        worker.terminate();
        resolve();
      } else worker.postMessage(sessions[doing]);
    };
    worker.on('message', (result) => { results[doing] = result; give(); });
    worker.on('error', reject);
    give();
  });
  await Promise.all(Array.from({ length: Math.min(jobs, names.length) }, work));
  return results;
}

/** 只演一部分会话；名字要都在。 */
function pick(all, names) {
  const unknown = names.find((name) => !Object.hasOwn(all, name));
  if (unknown !== undefined) throw new Error(`没有会话 ${unknown}`);
  return Object.fromEntries(names.map((name) => [name, all[name]]));
}

async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { lab: { type: 'string' }, jobs: { type: 'string', default: '1' }, serve: { type: 'boolean' } },
  });
  const jobs = Number(values.jobs);
  if (!Number.isInteger(jobs) || jobs < 1) throw new Error(`--jobs 要正整数，不是 ${values.jobs}`);
  const lab = values.lab ?? await builtLab();
  const all = JSON.parse(await readFile(join(lab, 'sessions.json'), 'utf8')
    .catch(() => { throw new Error(`${lab} 里没有做好的实验台：先运行 lab/build`); }));
  if (values.serve) {
    for await (const name of createInterface({ input: process.stdin })) {
      const [session] = Object.values(pick(all, [name]));
      process.stdout.write(`${JSON.stringify({ [name]: await replay(lab, session) })}\n`);
    }
    process.exit(0);
  }
  const names = positionals.length > 0 ? positionals : Object.keys(all).filter((name) => !all[name].lab?.absent);
  const results = await replayAll(lab, pick(all, names), jobs);
  const sorted = Object.fromEntries(names.map((name) => [name, results[name]]));
  process.stdout.write(`${JSON.stringify(sorted, null, 1)}\n`, () => process.exit(0));
}

if (isMainThread) {
  main().catch((error) => {
    console.error(error.message);
    process.exit(1);
  });
} else {
  parentPort.on('message', async (session) => parentPort.postMessage(await replay(workerData.lab, session)));
}
