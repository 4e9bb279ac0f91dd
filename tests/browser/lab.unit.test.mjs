// 实验台的纯函数：步骤怎样说给读者听，错误怎样说，键怎样敲，head.hbs 怎样写。不开浏览器。

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { head } from '../../lab/page/head.mjs';
import { pace, typist } from '../../lab/page/typist.mjs';
import { LabError, describe, describeFailure, describeProgress, describeTrouble, group } from '../../lab/page/words.mjs';

const name = (terminal) => ({ server: '服务器', client: '客户端' }[terminal]);

test('只等待的步骤并到前一步里', () => {
  const steps = [
    { terminal: 'server', type: 'a', until: { listening: 9190 } },
    { terminal: 'client', send: '' },
    { terminal: 'client', until: { exit: 0 } },
    { terminal: 'server', until: { exit: 1 } },
    { terminal: 'server', key: 'ctrl-c' },
  ];
  assert.deepEqual(group(steps).map((each) => each.map((step) => steps.indexOf(step))), [[0], [1, 2, 3], [4]]);
  assert.deepEqual(group([]), []);
});

test('每种步骤说给读者听', () => {
  const say = (...steps) => {
    const { where, code, wait } = describe(steps, name);
    return [where, code, wait];
  };
  assert.deepEqual(say({ terminal: 'server', type: 'cargo run', until: { listening: 9190 } }), ['在“服务器”里敲', 'cargo run', '等 9190 端口就绪']);
  assert.deepEqual(say({ terminal: 'client', send: '1 2' }), ['给“客户端”里的程序输入', '1 2', '']);
  assert.deepEqual(say({ terminal: 'client', send: '' }), ['在“客户端”里按', '回车', '']);
  assert.deepEqual(say({ terminal: 'server', key: 'ctrl-d', until: { text: '完了' } }), ['在“服务器”里按', 'Ctrl-D', '等出现“完了”']);
  assert.deepEqual(
    say({ terminal: 'client', type: 'x', until: { exit: 1 } }, { terminal: 'server', until: { exit: 0 } }),
    ['在“客户端”里敲', 'x', '等它以 1 结束，等“服务器”里的命令结束'],
  );
});

test('每种错误都说发生了什么、能做什么', () => {
  for (const kind of ['unsupported', 'download', 'memory', 'timeout', 'unknown-session']) {
    const { title, advice } = describeTrouble(new LabError(kind, '细节'));
    assert.match(title, /\p{Script=Han}/u);
    assert.match(advice, /。$/, kind);
    assert.equal(describeTrouble(new LabError(kind, '细节')).detail, '细节');
  }
  assert.match(describeTrouble(new RangeError('WebAssembly.Memory(): could not allocate memory')).title, /内存不够/);
  assert.match(describeTrouble(new Error('x', { cause: new RangeError('y') })).title, /内存不够/);
  assert.match(describeTrouble(new Error('别的')).title, /机器起不来/);
  assert.match(describeTrouble('不是 Error').detail, /不是 Error/);
});

test('没走成的一步说是哪一步，不说会话文件里的号', () => {
  const { title, detail } = describeFailure({ where: '在“客户端”里敲', code: 'x' }, new Error('第 3 步（终端 client）：等命令结束：超时'));
  assert.equal(title, '这一步没有走成：在“客户端”里敲“x”');
  assert.equal(detail, '等命令结束：超时');
});

test('进度', () => {
  assert.equal(describeProgress(1_234_567, 4_300_000), '1.2 MB / 4.3 MB');
  assert.equal(describeProgress(1_234_567, 0), '1.2 MB');
  assert.equal(describeProgress(5_000_000, 4_300_000), '4.3 MB / 4.3 MB');
});

/** 记下收到什么的机器。 */
function machine() {
  const got = [];
  return { got, count: 2, write: (terminal, text) => { got.push([terminal, text]); } };
}

test('一个字一个字地敲，敲完才算完；读者的键排在后面', async () => {
  const guest = machine();
  const waits = [];
  const typing = typist(guest, { wait: async (ms) => { waits.push(ms); } });
  const typed = typing.write(0, '中a');
  const keys = typing.keys(0, 'xyz');
  assert.deepEqual(guest.got, []);
  await Promise.all([typed, keys]);
  assert.deepEqual(guest.got, [[0, '中'], [0, 'a'], [0, 'xyz']]);
  assert.deepEqual(waits, [pace(2), pace(2)]);
  await typing.write(1, '\x03');
  assert.equal(waits.length, 2, '单个键不停');
});

test('读者不要动画时不停', async () => {
  const guest = machine();
  const typing = typist(guest, { hurry: () => true, wait: () => assert.fail('停了') });
  await typing.write(0, 'abc');
  assert.equal(guest.got.length, 3);
});

test('长的命令敲得快，总共不超过一秒多', () => {
  assert.ok(pace(10) <= 24);
  assert.ok(pace(400) * 400 <= 1200);
});

test('机器不收了，后面的照样排队', async () => {
  const guest = machine();
  const typing = typist({ ...guest, write: (_, text) => { if (text === 'x') throw new Error('关了'); guest.got.push(text); } }, {});
  await assert.rejects(typing.write(0, 'x'), /关了/);
  await typing.keys(0, 'y');
  await typing.idle();
  assert.deepEqual(guest.got, ['y']);
});

test('head.hbs：引号、尖括号、handlebars 的花括号都换掉', () => {
  const reason = '内核里没有 <b>{{它}}</b> & "别的"';
  const sessions = { 'ch01/a': { lab: null }, 'ch01/b': { lab: { absent: reason } } };
  const line = head({ folder: '0123', bytes: 42, sessions });
  assert.match(line, /^<meta name="lab" content="\{\{ path_to_root \}\}lab\/0123\/" data-bytes="42" data-notes="[^"<>{}]*">\n$/);
  const notes = /data-notes="([^"]*)"/.exec(line)[1].replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(code));
  assert.deepEqual(JSON.parse(notes), { 'ch01/b': { absent: reason } });
});
