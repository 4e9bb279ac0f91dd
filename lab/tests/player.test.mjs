// 播放器照会话走步子、等待、查状态；机器是假的。

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Player } from '../player.mjs';
import { FakeGuest } from './fake-guest.mjs';

const programs = {
  'echo 你好': async ({ print }) => { print('你好\n'); return 0; },
  false: async () => 1,
  true: async () => 0,
  ask: async ({ print, line }) => {
    for (;;) {
      print('几个？\n');
      const answer = await line();
      if (answer === null) return 0;
      print(`收到 ${answer}\n`);
    }
  },
  'trap : INT QUIT': async () => 0,
  hang: async ({ interrupt }) => { await interrupt; return 130; },
  forever: () => new Promise(() => {}),
};

const step = (action, until, terminal = 'a') => ({ terminal, ...action, ...(until && { until }) });
const session = (...steps) => ({ terminals: [...new Set(steps.map(({ terminal }) => terminal))], deadline: 5, steps, lab: null });

async function play(script, guest = new FakeGuest(programs), options) {
  const player = new Player(script, guest, options);
  await player.prepare();
  await player.all();
  return player.transcripts;
}

const fails = (script, words, guest) => assert.rejects(play({ ...script, deadline: 0.2 }, guest), (error) => {
  for (const word of words) assert.ok(error.message.includes(word), `说明里没有“${word}”：${error.message}`);
  return true;
});

test('两个终端，各有各的录音', async () => {
  assert.deepEqual(
    await play(session(step({ type: 'echo 你好' }, { exit: 0 }), step({ type: 'false' }, { exit: 1 }, 'b'), step({ type: 'true' }))),
    { a: '$ echo 你好\n你好\n$ true\n', b: '$ false\n' },
  );
});

test('长命令折行，也剪得干净', async () => {
  const command = `echo ${'很长'.repeat(50)}`;
  const guest = new FakeGuest({ [command]: async ({ print }) => { print('\n好\n'); return 0; } }, { chunk: 1 });
  assert.deepEqual(await play(session(step({ type: command }, { exit: 0 })), guest), { a: `$ ${command}\n\n好\n` });
});

test('输入、等一段文字（从最近一次操作算起）、Ctrl-D', async () => {
  const script = session(
    step({ type: 'ask' }, { text: '几个？' }),
    step({ send: '5' }, { text: '几个？' }),
    step({ send: '' }, { text: '收到 \n几个？' }),
    step({ key: 'ctrl-d' }, { exit: 0 }),
  );
  assert.deepEqual(await play(script), { a: '$ ask\n几个？\n5\n收到 5\n几个？\n\n收到 \n几个？\n' });
});

test('敲完命令马上输入：等行编辑把终端交还给程序', async () => {
  const cat = async ({ print, line }) => { for (let got; (got = await line()) !== null;) print(`${got}\n`); return 0; };
  const guest = new FakeGuest({ cat });
  const script = session(step({ type: 'cat' }), step({ send: 'a' }), step({ key: 'ctrl-d' }, { exit: 0 }));
  assert.deepEqual(await play(script, guest), { a: '$ cat\na\na\n' });
});

test('Ctrl-C', async () => {
  assert.deepEqual(await play(session(step({ type: 'hang' }), step({ key: 'ctrl-c' }, { exit: 130 }), step({ type: 'true' }, { exit: 0 }))), { a: '$ hang\n^C$ true\n' });
});

test('不写 until 的命令，状态也查：下一条命令之前，或收尾时', async () => {
  await fails(session(step({ type: 'false' }), step({ type: 'true' })), ['第 2 步（终端 a）', '期望 0，实际 1']);
  await fails(session(step({ type: 'false' })), ['终端 a 收尾', '期望 0，实际 1']);
});

test('退出状态不对', async () => {
  await fails(session(step({ type: 'true' }, { exit: 1 })), ['第 1 步', '期望 1，实际 0']);
});

test('等不到的文字、结束不了的命令：超时', async () => {
  await fails(session(step({ type: 'ask' }, { text: '没有' })), ['等“没有”出现：超时']);
  await fails(session(step({ type: 'forever' }, { exit: 0 })), ['等命令结束：超时']);
  await fails(session(step({ type: 'forever' })), ['终端 a 收尾', '超时']);
});

test('上一次操作之前打印的不算', async () => {
  await fails(session(step({ type: 'ask' }, { text: '几个？' }), step({ send: 'x' }, { text: '几个？\nx' })), ['第 2 步', '超时']);
});

test('没有程序在运行时不能输入', async () => {
  await fails(session(step({ type: 'true' }, { exit: 0 }), step({ send: 'x' })), ['第 2 步', '输入不知道给谁']);
});

test('命令里的控制字符敲不出来', async () => {
  await fails(session(step({ type: 'echo\ta' })), ['控制字符']);
});

test('等端口：反复看 /proc/net，直到有人监听', async () => {
  let looks = 0;
  const control = (command) => {
    if (!command.includes('/proc/net')) return '';
    looks += 1;
    return looks < 3 ? '=\n' : '   0: 0100007F:23E6 00000000:0000 0A 0:0\n=\n';
  };
  const guest = new FakeGuest(programs, { control });
  assert.deepEqual(await play(session(step({ type: 'hang' }, { listening: 9190 }), step({ key: 'ctrl-c' }, { exit: 130 })), guest), { a: '$ hang\n^C' });
  assert.equal(looks, 3);
});

test('等端口：没有人监听就超时；命令先失败了就说出来', async () => {
  await fails(session(step({ type: 'forever' }, { listening: 9190 })), ['等端口 9190 就绪：超时']);
  await fails(session(step({ type: 'false' }, { listening: 9190 })), ['命令先结束了，退出状态 1']);
});

test('UDP 绑定也算就绪', async () => {
  const control = (command) => (command.includes('/proc/net') ? '=\n   0: 0100007F:23E6 00000000:0000 07 0:0\n' : '');
  await play(session(step({ type: 'true' }, { listening: 9190 })), new FakeGuest(programs, { control }));
});

test('会话结束时还有进程，就不算完', async () => {
  const control = (command) => (command.includes('/stat') ? '77 (srv) S 40 77 40 1088 52 0\n' : '');
  await fails(session(step({ type: 'true' })), ['终端 a：会话结束了，还有进程在运行：77 srv'], new FakeGuest(programs, { control }));
});

test('控制线上的命令失败，说出是哪一条', async () => {
  const control = (command) => (command.includes('/proc/net') ? undefined : '');
  await fails(session(step({ type: 'forever' }, { listening: 9190 })), ['失败，退出状态 1：坏了'], new FakeGuest(programs, { control }));
});

test('控制线没有回音：超时，说出在等哪一条', async () => {
  const guest = new FakeGuest(programs);
  guest.control = () => new Promise(() => {});
  await fails(session(step({ type: 'true' })), ['等控制线上的 ls', '超时'], guest);
});

test('准备之前打印的不进录音；清屏以后 $? 还是 0', async () => {
  const guest = new FakeGuest(programs);
  guest.write(0, 'false\r');
  guest.print(0, '\x1b[H\x1b[J开机的话\n');
  assert.deepEqual(await play(session(step({ type: 'true' }, { exit: 0 })), guest), { a: '$ true\n' });
});

test('工作文件夹不空，就不开始', async () => {
  await fails(session(step({ type: 'true' })), ['已经有东西：a，.b'], new FakeGuest(programs, { control: (command) => (command.startsWith('ls') ? 'a\n.b\n' : '') }));
});

test('要普通用户来演的会话，先换身份；别的不换', async () => {
  const guest = new FakeGuest(programs);
  const steps = session(step({ type: 'true' }), step({ type: 'true' }, { exit: 0 }, 'b'));
  assert.deepEqual(await play({ ...steps, user: true }, guest), { a: '$ true\n', b: '$ true\n' });
  assert.deepEqual(guest.identities, ['0 user', '1 user']);
  const other = new FakeGuest(programs);
  await play(steps, other);
  assert.deepEqual(other.identities, []);
});

test('没有提示符的终端，说出来', async () => {
  const guest = new FakeGuest(programs);
  guest.write = () => {};
  await fails(session(step({ type: 'true' })), ['等提示符：超时'], guest);
});

test('认不出回显，说出敲了什么、终端里是什么', async () => {
  const guest = new FakeGuest(programs);
  const write = guest.write.bind(guest);
  guest.write = (i, text) => write(i, text.replace('你好', '??'));
  await fails(session(step({ type: 'echo 你好' }, { exit: 0 })), ['超时（敲了 "echo 你好"', 'echo ??'], guest);
});

test('打字的人慢：等他敲完', async () => {
  const guest = new FakeGuest(programs);
  const write = guest.write.bind(guest);
  guest.write = async (i, text) => {
    for (const key of text) {
      await new Promise(setImmediate);
      if (key === 'o') await guest.resize(i, 40, 20);
      write(i, key);
    }
  };
  assert.deepEqual(await play(session(step({ type: 'echo 你好' }, { exit: 0 }), step({ type: 'ask' }, { text: '几个？' }), step({ send: '7' }, { text: '收到 7' }), step({ key: 'ctrl-d' })), guest), { a: '$ echo 你好\n你好\n$ ask\n几个？\n7\n收到 7\n几个？\n' });
});

test('一步步走：onStep 在每一步之前，走完以后 next 一直是 false', async () => {
  const seen = [];
  const guest = new FakeGuest(programs);
  const script = session(step({ type: 'true' }, { exit: 0 }), step({ type: 'echo 你好' }));
  const player = new Player(script, guest, { onStep: (index, { type }) => seen.push(`${index} ${type}`) });
  await player.prepare();
  assert.equal(await player.next(), true);
  assert.deepEqual(player.transcripts, { a: '$ true\n' });
  assert.equal(await player.next(), true);
  assert.equal(await player.next(), false);
  assert.equal(await player.next(), false);
  assert.deepEqual(seen, ['0 true', '1 echo 你好']);
  assert.deepEqual(player.transcripts, { a: '$ true\n$ echo 你好\n你好\n' });
});

test('停下：正在等的一步失败，以后的输出不收', async () => {
  const guest = new FakeGuest(programs);
  const player = new Player(session(step({ type: 'forever' }, { exit: 0 })), guest);
  await player.prepare();
  const waiting = player.next();
  setImmediate(() => player.stop());
  await assert.rejects(waiting, /停下了/);
  await assert.rejects(player.next(), /停下了/);
});

test('不是 UTF-8 的输出', async () => {
  const guest = new FakeGuest(programs);
  const player = new Player(session(step({ type: 'forever' }, { text: 'x' })), guest);
  await player.prepare();
  const waiting = player.next();
  guest.emit(0, [0xff]);
  await assert.rejects(waiting, /不是 UTF-8/);
});
