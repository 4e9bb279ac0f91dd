// 在做好的实验台里试每一样：程序、小命令和它们的选项、终端、控制线、内核的功能；再量大小、恢复的时间、闲着时的处理器。
//
// 用法：node lab/check.mjs [文件夹]     不写就是 src/lab 里的那一个
// 每一项不对的都打印出来（期望什么、实际什么），有一项不对就以 1 退出。
import { readdirSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Guest, PROMPT } from "./guest.mjs";
import { downloads } from "./notice.mjs";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** 控制线上的命令和它应当打印的；正则只要找得到，字符串要一字不差。 */
const COMMANDS = [
  // 会话用到的小命令，选项和输出都与 GNU 的一样。
  ["printf 'a\\0b\\n' | od -c", "0000000   a  \\0   b  \\n\n0000004\n"],
  ["cd /tmp; umask 022; echo hi > s; stat -c %a s", "644\n"],
  ["seq 1000 | head -c 20 | wc -c", "20\n"],
  ["cd /tmp; echo hello > w; wc -c w", "6 w\n"],
  ["cd /tmp; echo a > x; ln -f x y; cmp x y && echo 相同", "相同\n"],
  ["cd /tmp; echo b > z; cmp x z; echo $?", "x z differ: char 1, line 1\n1\n"],
  ["echo 'failed printing to stdout: x' | grep -o 'stdout: .*'", "stdout: x\n"],
  ["seq 5 | tail -n 2 | tr '\\n' ' '", "4 5 "],
  ["printf 'a\\0b' | tr '\\0' '@'", "a@b"],
  ["cd /tmp; ln -sf /dev/full f; echo x > f; echo $?", /No space left on device[\s\S]*1\n$/],
  ["sleep 100 & kill $!; wait $! 2>/dev/null; echo $?", "143\n"],
  ["[ -e /no ] || echo 没有", "没有\n"],
  ["echo 中文 | wc -m", "3\n"],
  // 工具。
  ["strace -V | head -n 1", /^strace -- version 6\.1/],
  ["strace -e trace=network -o /tmp/t /progs/hello_loopback >/dev/null; grep -c socket /tmp/t", /^[1-9]\d*\n$/],
  ["tcpdump --version 2>&1 | head -n 1", /^tcpdump version 4\.99/],
  ["tcpdump -i lo -n -c 1 -w /tmp/p udp 2>/dev/null & sleep 1; echo x | nc -u -w 1 127.0.0.1 9 ; wait; tcpdump -n -r /tmp/p 2>/dev/null", /127\.0\.0\.1\.\d+ > 127\.0\.0\.1\.9: UDP, length 2/],
  ["hello_server 9190 & sleep 1; ss -tln; kill $!", /LISTEN 0 +\d+ +127\.0\.0\.1:9190/],
  ["netstat -tln | head -n 1", /^Active Internet connections/],
  ["ping -c 1 127.0.0.1 | grep -c '1 packets received'", "1\n"],
  ["ping6 -c 1 ::1 | grep -c '1 packets received'", "1\n"],
  ["printf 'nothing' | timeout 1 nc -l -p 9191 ; echo $?", /\d/],
  ["for i in vi less wget httpd telnet traceroute xxd hexdump strings awk sed find xargs top ps free nc ip ifconfig; do which $i >/dev/null || echo 缺 $i; done", ""],
  // 内核的功能：IPv6、MPTCP、AF_PACKET、AF_UNIX 的 seqpacket、设备文件。
  ["cat /proc/net/protocols | awk '{print $1}' | grep -cxE 'TCPv6|UDPv6|MPTCP|PACKET|UNIX-STREAM'", "5\n"],
  ["third_arg AF_UNIX SOCK_SEQPACKET 0", /SOCK_SEQPACKET/],
  ["for i in null zero full random urandom tty ptmx pts/ptmx shm fd/0; do [ -e /dev/$i ] || echo 缺 /dev/$i; done", ""],
  ["cat /proc/sys/net/core/rmem_default /proc/sys/net/ipv4/tcp_wmem", "212992\n4096\t16384\t4194304\n"],
  ["uname -srm", /^Linux 6\.1\.\d+ i686\n$/],
  ["ls -A /home/reader", ""],
  ["cargo run -q --bin parse_port -- 9190 && cargo run --bin parse_port 9190 && cargo build", /实验台里没有编译器/],
  ["cargo run -q --bin no_such; echo $?", /\n101\n$/],
  // 错误的文字照 glibc。
  ["knock 127.0.0.1 9; error_kinds | grep -c 'Address already in use'", /Connection refused[\s\S]*1\n$/],
  ["strace -e trace=bind -o /tmp/e hello_server 9190 & sleep 1; hello_server 9190; kill $!", /Address already in use/],
  ["cat /no 2>&1; sh -c 'cat <&9' 2>&1", /No such file or directory[\s\S]*Bad file descriptor/],
  // 控制线自己。
  ["exit 7", ""],
  ["if then", /syntax error/],
];

/** 终端里敲的和应当打印的：敲完一行等提示符，比较两个提示符之间的全部。 */
const TYPED = [
  ["echo $?; pwd; umask; echo $LC_ALL; ulimit -n", "0\r\n/home/reader\r\n0022\r\nC.UTF-8\r\n1024\r\n", 0],
  ["cargo run -q --bin fd_seri", /3.*\r\n/, 0],
  ["echo 你好，世界", "你好，世界\r\n", 0],
  ["false", "", 1],
  ["sleep 0 &", "", 0],
  ["wait", "", 0],
  ["sh -c 'kill -9 $$'", /Killed/, 137],
  ["stty size", "24 80\r\n", 0],
  ["stty -a | grep -oE -- '-?iutf8'; ulimit -c", "iutf8\r\n0\r\n", 0],
];

/** 一个 zstd 的帧，里面是 bytes，原样，不到 256 字节。 */
const frame = (bytes) => Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0x20, bytes.length, bytes.length << 3 & 255 | 1, bytes.length >> 5, 0, ...bytes).buffer;

/** 弄坏 state.zst 的办法：恢复要失败，说出来，不能一直等。 */
const DAMAGES = [
  ["空的", () => new ArrayBuffer(0)],
  ["少了一半", (state) => state.slice(0, state.byteLength >> 1)],
  ["中间坏了", (state) => {
    const bytes = new Uint8Array(state.slice(0));
    bytes[bytes.length >> 1] ^= 0x55;
    return bytes.buffer;
  }],
  ["不是 zstd", () => new TextEncoder().encode("<!doctype html>".repeat(100)).buffer],
  ["里面不是状态", () => frame(new TextEncoder().encode("<!doctype html>, sixteen at least"))],
  ["里面的状态不对", () => frame(new Uint8Array(Int32Array.of(-2039052682, 6, 20, 4, 0x7d7b).buffer))],
];

/** 闲着的机器几秒里至多这么多次时钟中断一秒。用 local APIC 的时钟是几次，用 PIT 的是二十几次。 */
const IDLE_SECONDS = 5;
const IDLE_INTERRUPTS = 12;

/** 打开一台机器；damage 先弄坏它的状态。 */
async function open(folder, damage = (state) => state) {
  const { V86 } = await import(pathToFileURL(join(folder, "v86.mjs")));
  return Guest.start({ V86, load: async (name) => {
    const { buffer, byteOffset, byteLength } = await readFile(join(folder, name));
    const content = buffer.slice(byteOffset, byteOffset + byteLength);
    return name === "state.zst" ? damage(content) : content;
  } });
}

/** 状态弄坏以后，开机的结局：拒绝的理由，或者别的什么。 */
function outcome(folder, damage) {
  const late = new Promise((resolve) => { setTimeout(resolve, 20_000, "等了 20 秒，没有结局").unref(); });
  return Promise.race([open(folder, damage).then(() => "开起来了", (error) => error.message), late]);
}

/** 闲着的几秒：时钟中断的次数，客户机的钟和外面的钟各走了几秒。 */
async function idle(guest) {
  const look = async () => {
    const { output } = await guest.control("cat /proc/uptime; cat /proc/interrupts");
    const count = (pattern) => Number(pattern.exec(output)?.[1] ?? 0);
    return { inside: Number.parseFloat(output), outside: performance.now() / 1000, count: count(/^ *0: +(\d+)/m) + count(/^ *LOC: +(\d+)/m) };
  };
  const before = await look();
  await new Promise((resolve) => setTimeout(resolve, IDLE_SECONDS * 1000));
  const after = await look();
  return { inside: after.inside - before.inside, outside: after.outside - before.outside, count: after.count - before.count };
}

/** 在终端 i 做 keys()，打印到提示符为止的文字和状态。 */
function until(guest, i, keys) {
  return new Promise((resolve) => {
    const decoder = new TextDecoder();
    let text = "";
    const stop = guest.onData(i, (chunk) => {
      text += decoder.decode(chunk, { stream: true });
      const found = PROMPT.exec(text);
      if (found === null) return;
      stop();
      resolve({ text: text.slice(0, found.index), status: Number(found[1]) });
    });
    keys();
  });
}

/** 一项不对的，成一段话；对的是 null。 */
export function judge(what, expected, actual) {
  const good = expected instanceof RegExp ? expected.test(actual) : expected === actual;
  return good ? null : `${what}\n  期望：${expected instanceof RegExp ? expected : JSON.stringify(expected)}\n  实际：${JSON.stringify(actual)}`;
}

async function faults(folder) {
  const found = [];
  const note = (...one) => { const fault = judge(...one); if (fault !== null) found.push(fault); };
  const guest = await open(folder);
  for (let i = 0; i < guest.count; i++) await until(guest, i, () => {});
  for (const [command, expected] of COMMANDS) note(`控制线：${command}`, expected, (await guest.control(command)).output);
  note("控制线的状态", 7, (await guest.control("exit 7")).status);
  const names = JSON.parse(readFileSync(join(folder, "machine.json"), "utf8")).programs;
  note("程序的个数", `${names.length}\n`, (await guest.control("ls /progs | wc -l")).output);
  for (const [line, expected, status] of TYPED) {
    const { text, status: actual } = await until(guest, 1, () => guest.write(1, `${line}\r`));
    note(`终端：${line}`, expected, text.slice(text.indexOf("\r\n") + 2));
    note(`终端：${line} 的状态`, status, actual);
  }
  note("敲进去的中文有回显", /^echo 你好\r\n/, (await until(guest, 1, () => guest.write(1, "echo 你好\r"))).text);
  note("Ctrl-C 结束前台的程序", 130, (await until(guest, 2, () => {
    guest.write(2, "sleep 100\r");
    const stop = guest.onData(2, () => { stop(); guest.write(2, "\x03"); });
  })).status);
  await guest.resize(0, 100, 30);
  note("改了大小", /30 100/, (await until(guest, 0, () => guest.write(0, "stty size\r"))).text);
  await guest.identity(0, "user");
  await until(guest, 0, () => {});
  note("普通用户", /\nreader\r\n/, (await until(guest, 0, () => guest.write(0, "whoami; pwd\r"))).text);
  note("普通用户没有权能", /os error 1\)/, (await until(guest, 0, () => guest.write(0, "families AF_PACKET\r"))).text);
  await guest.identity(0, "root");
  await until(guest, 0, () => {});
  note("换回 root", /root\r\n/, (await until(guest, 0, () => guest.write(0, "whoami\r"))).text);
  const clock = Number((await guest.control("date +%s")).output);
  note("客户机的钟差几秒", true, Math.abs(clock - Date.now() / 1000) < 5);
  const { inside, outside, count } = await idle(guest);
  const rate = count / outside;
  note(`闲着时一秒 ${rate.toFixed(1)} 次时钟中断，至多 ${IDLE_INTERRUPTS}，也不能一次没有`, true, rate > 0 && rate <= IDLE_INTERRUPTS);
  note(`外面过了 ${outside.toFixed(2)} 秒，客户机里过了 ${inside.toFixed(2)} 秒，差不到半秒`, true, Math.abs(inside - outside) < 0.5);
  note("睡 1 秒", /^real\t0m 1\.[0-4]/, (await guest.control("time sleep 1")).output);
  await guest.destroy();
  for (const [what, damage] of DAMAGES) note(`状态${what}，开机要说出来`, /^存下的状态恢复不了：./, await outcome(folder, damage));
  return found;
}

const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];

async function figures(folder) {
  const times = [];
  let guest;
  for (let i = 0; i < 7; i++) {
    await guest?.destroy();
    const began = performance.now();
    guest = await open(folder);
    times.push(performance.now() - began);
  }
  await new Promise((resolve) => setTimeout(resolve, 3000));
  const before = process.cpuUsage();
  const began = performance.now();
  await new Promise((resolve) => setTimeout(resolve, 10_000));
  const { user, system } = process.cpuUsage(before);
  const files = readdirSync(folder).sort().map((name) => [name, readFileSync(join(folder, name))]);
  const sizes = downloads(files);
  for (const [name, size] of sizes) console.log(`${name.padEnd(16)} ${String(size).padStart(9)} 字节（gzip）`);
  console.log(`要下载 ${(sizes.reduce((sum, [, size]) => sum + size, 0) / 1e6).toFixed(2)} MB（gzip）`);
  console.log(`恢复到三个提示符：${times.map((ms) => ms.toFixed(0)).join("、")} 毫秒，中位数 ${median(times).toFixed(0)}`);
  console.log(`闲着：${((user + system) / 10 / (performance.now() - began)).toFixed(1)}% 的一个核，整个 node 占 ${(process.memoryUsage().rss / 1e6).toFixed(0)} MB`);
  console.log((await guest.control("free -k | sed -n 1,2p")).output.trimEnd());
  await guest.destroy();
}

const [given] = process.argv.slice(2);
const folder = given ?? readdirSync(join(ROOT, "src/lab"), { withFileTypes: true })
  .filter((each) => each.isDirectory() && /^[0-9a-f]{12}$/.test(each.name))
  .map((each) => join(ROOT, "src/lab", each.name))[0];
const found = await faults(folder);
for (const fault of found) console.log(fault);
console.log(found.length === 0 ? "每一项都对" : `${found.length} 项不对`);
await figures(folder);
process.exit(found.length === 0 ? 0 : 1);
