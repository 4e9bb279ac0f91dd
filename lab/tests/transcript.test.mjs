// 从终端的文字到录音：剪回显、认提示符、读 /proc。不开机器，字节是从 busybox ash 的 pty 上录下来的。

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { cutEcho, isListening, read, survivors } from '../transcript.mjs';

const prompt = (status) => `\x1b]133;D;${status}\x07$ `;

test('一条命令：回显剪掉，“$ 命令”由播放器写，状态来自提示符', () => {
  assert.deepEqual(read(`echo hi\r\nhi\r\n${prompt(0)}`, ['echo hi']), { text: '$ echo hi\nhi\n', statuses: [0], start: 10, echoed: 1 });
});

test('几条命令；输出的最后没有换行也不丢、不多', () => {
  const seen = `printf foo\r\nfoo${prompt(0)}false\r\n${prompt(1)}`;
  assert.deepEqual(read(seen, ['printf foo', 'false']), { text: '$ printf foo\nfoo$ false\n', statuses: [0, 1], start: 24, echoed: 2 });
});

test('折行：写满 80 列时的 \\r\\r\\n 不是输出', () => {
  const command = `echo ${'x'.repeat(100)}`;
  const seen = `${command.slice(0, 78)}\r\r\n${command.slice(78)}\r\n${'x'.repeat(100)}\r\n${prompt(0)}`;
  assert.equal(read(seen, [command]).text, `$ ${command}\n${'x'.repeat(100)}\n`);
});

test('正好写满一行：回车不再换行，输出开头的空行还在', () => {
  const command = `echo;echo ${'y'.repeat(68)}`;
  assert.equal(command.length, 78);
  assert.equal(read(`${command}\r\r\n\r\n${'y'.repeat(68)}\r\n${prompt(0)}`, [command]).text, `$ ${command}\n\n${'y'.repeat(68)}\n`);
  const shorter = command.slice(0, -1);
  assert.equal(read(`${shorter}\r\n\r\n${'y'.repeat(67)}\r\n${prompt(0)}`, [shorter]).text, `$ ${shorter}\n\n${'y'.repeat(67)}\n`);
});

test('中文的命令，宽字折行', () => {
  const command = `echo ${'中'.repeat(60)}`;
  const seen = `echo ${'中'.repeat(36)}\r\r\n${'中'.repeat(24)}\r\n${'中'.repeat(60)}\r\n${prompt(0)}`;
  assert.equal(read(seen, [command]).text, `$ ${command}\n${'中'.repeat(60)}\n`);
});

test('回显还没收全：什么也不写，等下去', () => {
  const whole = `echo ${'x'.repeat(73)}\r\r\nxx\r\nxx`;
  for (let n = 0; n < whole.indexOf('\r\n', 82) + 2; n++) {
    assert.deepEqual(read(whole.slice(0, n), [`echo ${'x'.repeat(75)}`]), { text: '', statuses: [], start: 0, echoed: 0 }, `前 ${n} 个字`);
  }
});

test('提示符还没收全：它的一部分不会进录音', () => {
  const output = 'hi\r\n';
  const mark = prompt(127);
  for (let n = 0; n < mark.length; n++) {
    assert.equal(read(`x\r\n${output}${mark.slice(0, n)}`, ['x']).text, '$ x\nhi\n', JSON.stringify(mark.slice(0, n)));
  }
  // 程序自己打印的转义序列不是提示符。
  assert.equal(read('x\r\n\x1b[31m红\x1b[0m', ['x']).text, '$ x\n\x1b[31m红\x1b[0m');
});

test('末尾的 \\r 后面可能跟着 \\n：录音只会变长', () => {
  const seen = `x\r\na\r\nb\rc\r\n${prompt(0)}`;
  let before = '';
  for (let n = 0; n <= seen.length; n++) {
    const { text } = read(seen.slice(0, n), ['x']);
    assert.ok(text.startsWith(before), `前 ${n} 个字：${JSON.stringify(text)} 不以 ${JSON.stringify(before)} 开头`);
    before = text;
  }
  assert.equal(before, '$ x\na\nb\rc\n');
});

test('Ctrl-C 和 Ctrl-D：终端回显的 ^C 是输出，Ctrl-D 没有回显', () => {
  assert.equal(read(`sleep 9\r\n^C${prompt(130)}`, ['sleep 9']).text, '$ sleep 9\n^C');
  assert.equal(read(`cat\r\nabc\r\nabc\r\n${prompt(0)}`, ['cat']).text, '$ cat\nabc\nabc\n');
});

test('后台程序在提示符后面打印：记在下一条命令之前', () => {
  const first = `server &\r\n${prompt(0)}`;
  assert.equal(read(`${first}来了\r\n`, ['server &']).text, '$ server &\n来了\n');
  const texts = [
    `${first}来了\r\nwait\r\n${prompt(0)}`, // 回显之前
    `${first}wa来了\r\nit\r\n${prompt(0)}`, // 回显中间
    `${first}wait来了\r\n\r\n${prompt(0)}`, // 回显之后、回车的换行之前
  ].map((seen) => read(seen, ['server &', 'wait']).text);
  assert.deepEqual(texts, Array(3).fill('$ server &\n来了\n$ wait\n'));
});

test('插进来的行和命令的开头相同，也分得开', () => {
  assert.deepEqual(cutEcho('waiting\r\nwait\r\nok\r\n', 'wait'), { stray: 'waiting\r\n', output: 'ok\r\n' });
  assert.deepEqual(cutEcho('wawake\r\nit\r\nok\r\n', 'wait'), { stray: 'wake\r\n', output: 'ok\r\n' });
});

test('终端换了大小：重画的提示符不是命令结束', () => {
  const redraw = (text, up = '') => `${up}\r${prompt(7)}${text}\x1b[J`;
  // 空的提示符；敲了一半；敲完了还没回车；程序运行时换的大小，结束以后才重画。
  for (const seen of [
    `${redraw('')}echo hi\r\nhi\r\n${prompt(0)}`,
    `ech${redraw('ech')}o hi\r\nhi\r\n${prompt(0)}`,
    `ech${redraw('ech')}${redraw('ech', '\x1b[2A')}o hi${redraw('echo hi')}\r\nhi\r\n${prompt(0)}`,
    `echo hi\r\nhi\r\n${prompt(0)}\r${prompt(0)}\x1b[J`,
  ]) assert.deepEqual(read(seen, ['echo hi']), { text: '$ echo hi\nhi\n', statuses: [0], start: 10, echoed: 1 }, JSON.stringify(seen));
  assert.deepEqual(read(`${redraw('')}`, ['echo hi']), { text: '', statuses: [], start: 0, echoed: 0 });
  // 变窄：折行跟着变。
  const long = `echo ${'x'.repeat(60)}`;
  const seen = `${long.slice(0, 38)}\r\r\n${long.slice(38, 50)}\x1b[1A\r${prompt(0)}${long.slice(0, 28)}\r\r\n${long.slice(28, 50)}\x1b[J${long.slice(50, 58)}\r\r\n${long.slice(58)}\r\nok\r\n${prompt(0)}`;
  assert.equal(read(seen, [long]).text, `$ ${long}\nok\n`);
});

test('输出里写着 $ 和命令，不会认成提示符', () => {
  assert.equal(read(`cat f\r\n$ ls\r\n${prompt(0)}ls\r\n${prompt(0)}`, ['cat f', 'ls']).text, '$ cat f\n$ ls\n$ ls\n');
});

const TCP = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:23E6 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1234 1
   1: 0100007F:23E7 0100007F:9C41 01 00000000:00000000 00:00000000 00000000     0        0 1235 1
`;
const TCP6 = `  sl  local_address                         remote_address                        st tx_queue rx_queue
   0: 00000000000000000000000001000000:1F90 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000
`;

test('端口就绪：TCP 要监听，UDP 绑定就算；连接着的、对端的端口不算', () => {
  assert.ok(isListening(TCP, '', 9190));
  assert.ok(isListening(TCP + TCP6, '', 8080));
  assert.ok(!isListening(TCP, '', 9191));
  assert.ok(!isListening(TCP, '', 40001));
  assert.ok(isListening('', TCP, 9191));
  assert.ok(!isListening('', '', 9190));
});

test('还活着的进程：只看这个终端，shell 和僵尸不算，名字里可以有括号', () => {
  const stats = `1 (init) S 0 1 1 0 -1 4194560
40 (sh) S 1 40 40 1088 52 0
41 (sh) S 1 41 41 1089 41 0
52 (a b) c) R 40 52 40 1088 52 0
53 (dead) Z 40 53 40 1088 52 0
54 (other) S 41 54 41 1089 54 0
`;
  assert.deepEqual(survivors(stats, 0), [{ pid: 52, name: 'a b) c' }]);
  assert.deepEqual(survivors(stats, 1), [{ pid: 54, name: 'other' }]);
  assert.deepEqual(survivors(stats, 2), []);
});
