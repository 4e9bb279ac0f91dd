// replay.mjs 的命令行：没有实验台、参数不对，各是一行说明和状态 1。

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const SCRIPT = fileURLToPath(new URL('../replay.mjs', import.meta.url));

function fails(args, words) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [SCRIPT, ...args], { encoding: 'utf8' });
  assert.equal(status, 1, stderr);
  assert.equal(stdout, '');
  assert.match(stderr, words);
  assert.equal(stderr.trimEnd().split('\n').length, 1, stderr);
}

test('没有实验台：说该运行什么', () => {
  fails(['--lab', '/nonexistent'], /先运行 lab\/build/);
});

test('没有这个会话、参数不对', (t) => {
  const lab = mkdtempSync(join(tmpdir(), 'lab-'));
  t.after(() => rmSync(lab, { recursive: true }));
  writeFileSync(join(lab, 'sessions.json'), '{"ch01/a":{"terminals":[],"deadline":1,"steps":[],"lab":{"absent":"没有"}}}');
  fails(['--lab', lab, 'ch01/b'], /没有会话 ch01\/b/);
  fails(['--lab', lab, 'toString'], /没有会话 toString/);
  fails(['--jobs', '0', '--lab', lab], /正整数/);
  const { status, stdout } = spawnSync(process.execPath, [SCRIPT, '--lab', lab], { encoding: 'utf8' });
  assert.deepEqual([status, JSON.parse(stdout)], [0, {}], '声明了 absent 的不演');
});
