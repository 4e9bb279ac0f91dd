// 在 node 里开机，等三个终端和控制线都好了，存下整台机器的状态。
//
// 用法：node save.mjs V86.MJS V86.WASM BIOS BZIMAGE INITRD STATE
// 机器自己出的错打印在标准错误里，以 1 退出。
import { readFile, writeFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import { Guest, MACHINE, PROMPT, TERMINALS } from "./guest.mjs";

// 根文件系统放在内存的这里：在内核解压用到的地方之上。
const INITRD = 0x1c00000;
// v86 把内核的启动头放在这里。0x218 起是 initrd 的地址和长度。
const SETUP = 0x80000;
// 控制线好了，root/lab/control 打印它。
const READY = /\x1eready\x1e/;
const DEADLINE = 300_000;

const [v86, wasm, bios, kernel, initrd, target] = process.argv.slice(2);
if (target === undefined) {
  console.error("用法：node save.mjs V86.MJS V86.WASM BIOS BZIMAGE INITRD STATE");
  process.exit(2);
}
const { V86 } = await import(pathToFileURL(v86));
const buffer = async (path) => {
  const bytes = await readFile(path);
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
};
const root = await buffer(initrd);
const emulator = new V86({
  ...MACHINE,
  wasm_path: wasm,
  bios: { buffer: await buffer(bios) },
  bzimage: { buffer: await buffer(kernel) },
  cmdline: [
    "console=ttyS0", "rootfstype=ramfs", "rdinit=/sbin/init", "quiet", "tsc=reliable", "mitigations=off",
    "random.trust_cpu=on", "init_on_free=1",
    // 内核不认得 BIOS 的 ACPI 表，要叫它才会打开 local APIC。
    "lapic",
    // 这个 BIOS 在 v86 里把最高的 16 MiB 说成是自己的，其实没有用；告诉内核全都能用。
    "memmap=exactmap", "memmap=636K@0", `memmap=${MACHINE.memory_size / 1024 / 1024 - 1}M@1M`,
  ].join(" "),
  autostart: false,
});
const guest = new Guest(emulator);
const printed = Array.from({ length: TERMINALS + 1 }, () => "");
const deadline = setTimeout(() => {
  console.error(`开机 ${DEADLINE / 1000} 秒还没有好。各个串口打印的是：${JSON.stringify(printed, null, 1)}`);
  process.exit(1);
}, DEADLINE);

await new Promise((resolve) => emulator.add_listener("emulator-ready", resolve));
const began = performance.now();
// v86 自己把 initrd 放在 64 MiB 处，内存就得比那大。这里自己放，再在内核的启动头里写明地址和长度。
emulator.write_memory(new Uint8Array(root), INITRD);
emulator.write_memory(new Uint8Array(Uint32Array.of(INITRD, root.byteLength).buffer), SETUP + 0x218);
await emulator.run();
const waits = printed.map((_, i) => new Promise((resolve) => {
  const decoder = new TextDecoder();
  const stop = guest.onData(i, (chunk) => {
    printed[i] += decoder.decode(chunk, { stream: true });
    if (!(i === TERMINALS ? READY : PROMPT).test(printed[i])) return;
    stop();
    resolve();
  });
}));
await Promise.all(waits);
console.error(`开机到提示符 ${((performance.now() - began) / 1000).toFixed(2)} 秒`);
console.error((await guest.control("free -k; sync; echo 3 > /proc/sys/vm/drop_caches; free -k")).output);
await emulator.stop();
const state = await emulator.save_state();
await writeFile(target, new Uint8Array(state));
clearTimeout(deadline);
process.exit(0);
