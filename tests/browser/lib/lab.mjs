// 实验台的测试共用的：真的实验台在哪里；没有它时，拿假机器搭一个，只测面板。

import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

import { HTML, ROOT, files } from './book.mjs';
import { copyBook } from './search.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const resolve = createRequire(import.meta.url).resolve;
const META = /<meta name="lab" content="([^"]*)"[^>]*>/;

/** 假实验台里的会话。 */
export const STUB_SESSIONS = {
  'ch01/hello': {
    terminals: ['server', 'client'],
    deadline: 30,
    steps: [
      { terminal: 'server', type: 'cargo run -q --bin hello_server 9190', until: { listening: 9190 } },
      { terminal: 'client', type: 'cargo run -q --bin hello_client 127.0.0.1 9190', until: { exit: 0 } },
      { terminal: 'server', until: { exit: 0 } },
    ],
    lab: null,
  },
  'ch01/hello_std': {
    terminals: ['server', 'client'],
    deadline: 30,
    steps: [
      { terminal: 'server', type: 'cargo run -q --bin hello_server_std 9190', until: { listening: 9190 } },
      { terminal: 'client', send: '', until: { text: '永远等不到' } },
      { terminal: 'server', key: 'ctrl-c' },
    ],
    lab: { differs: '地址是 32 位的' },
  },
  'ch01/hello_kill': {
    terminals: ['shell'], deadline: 30, steps: [{ terminal: 'shell', type: 'kill', until: { exit: 1 } }], lab: { absent: '内核里没有 <b>{{它}}</b> & "别的"' },
  },
};

/** 建好的书里的实验台：相对于书的文件夹，例如 'lab/0123abcd/'；没有建就是 null。 */
export function builtLab(root = HTML) {
  const meta = META.exec(readFileSync(join(root, 'index.html'), 'utf8'));
  return meta && existsSync(join(root, meta[1], 'lab.mjs')) ? meta[1] : null;
}

/**
 * 建好的书抄一份，配上假机器；面板是真的。
 * @returns {{root: string, folder: string, remove: () => void}} folder 相对于 root
 */
export async function stubBook({ sessions = STUB_SESSIONS, stateBytes = 400_000 } = {}) {
  const copy = copyBook();
  const folder = 'lab/stub/';
  const path = join(copy.root, folder);
  mkdirSync(path, { recursive: true });
  const page = join(ROOT, 'lab/page');
  for (const name of readdirSync(page)) cpSync(join(page, name), join(path, name));
  for (const name of ['guest.mjs', 'player.mjs']) cpSync(join(here, 'lab-stub', name), join(path, name));
  cpSync(resolve('@xterm/xterm/lib/xterm.mjs'), join(path, 'xterm.mjs'));
  cpSync(resolve('@xterm/xterm/css/xterm.css'), join(path, 'xterm.css'));
  cpSync(resolve('@xterm/addon-fit/lib/addon-fit.mjs'), join(path, 'addon-fit.mjs'));
  writeFileSync(join(path, 'v86.mjs'), 'export class V86 {}\n');
  writeFileSync(join(path, 'v86.wasm'), Buffer.alloc(1000));
  writeFileSync(join(path, 'v86.wasm.gz'), gzipSync(Buffer.alloc(1000)));
  writeFileSync(join(path, 'state.zst'), Buffer.alloc(stateBytes, 7));
  writeFileSync(join(path, 'sessions.json'), JSON.stringify(sessions));
  const sizes = Object.fromEntries(readdirSync(path).map((name) => [name, statSync(join(path, name)).size]));
  writeFileSync(join(path, 'machine.json'), JSON.stringify({ files: sizes }));
  const { head, weigh } = await import('../../../lab/page/head.mjs');
  const meta = head({ folder: 'stub', bytes: weigh(path), sessions });
  for (const file of files(copy.root).filter((name) => name.endsWith('.html'))) {
    const html = readFileSync(join(copy.root, file), 'utf8').replace(META, '');
    const toRoot = '../'.repeat(file.split('/').length - 1);
    writeFileSync(join(copy.root, file), html.replace('<meta name="description"', `${meta.replace('{{ path_to_root }}', toRoot)}<meta name="description"`));
  }
  return { ...copy, folder };
}

/** 等剪贴板里的文字合 pattern。（waitForFunction 不等异步的函数。） */
export async function clipboardBecomes(tab, pattern) {
  const text = await tab.evaluate(async (source) => {
    const deadline = performance.now() + 60_000;
    for (;;) {
      const now = await navigator.clipboard.readText();
      if (new RegExp(source).test(now) || performance.now() > deadline) return now;
      await new Promise((resolve) => { setTimeout(resolve, 50); });
    }
  }, pattern.source);
  if (!pattern.test(text)) throw new Error(`剪贴板里没有 ${pattern}：${text}`);
}
