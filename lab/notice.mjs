// 说明做出来的是什么：machine.json、NOTICE.txt 和一行小结。
//
// 用法：node notice.mjs machine|notice|summary 文件夹 SOURCES.TSV PACKAGE-LOCK.JSON 程序名单 工具版本
// sources.tsv 的每行是实际用的：种类、名字、版本、sha256。打印在标准输出；文件读不到、种类不认识时失败。
import { readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { MACHINE, TERMINALS } from "./guest.mjs";

/** 网页里分发的每一样：名字、许可证、来源（sources.tsv 的名字或 npm 的包名）、怎么用的。 */
const SHIPPED = [
  ["Linux 内核", "GPL-2.0，用户态接口带 syscall-note 例外", "linux-source-6.1", "tinyconfig（ARCH=i386）加 lab/kernel.config，最后的配置在 config/linux.config；没有改源码"],
  ["SeaBIOS", "LGPL-3.0，个别文件另有注明", "seabios", "Debian 做好的 bios.bin，没有改；存下的内存里有它的字节"],
  ["busybox", "GPL-2.0", "busybox", "defconfig 按 lab/busybox.config 增减，最后的配置在 config/busybox.config；源码带 Debian 的补丁"],
  ["strace", "LGPL-2.1 或更新", "strace", "静态链接；源码带 Debian 的补丁"],
  ["tcpdump", "BSD-3-Clause", "tcpdump", "静态链接；源码带 Debian 的补丁"],
  ["libpcap", "BSD-3-Clause", "libpcap", "链接进 tcpdump；源码带 Debian 的补丁"],
  ["ss（iproute2）", "GPL-2.0 或更新", "iproute2", "只做 ss，静态链接；源码带 Debian 的补丁"],
  ["musl", "MIT", "musl", "链接进上面四个 C 程序；源码带 Debian 的补丁，系统错误的说法换成 lab/strerror.h 里的（glibc 的）"],
  ["v86", "BSD-2-Clause；v86.wasm 里有 zstd（BSD-3-Clause）和 SoftFloat（BSD-3-Clause）", "v86", "npm 的包里做好的 libv86.mjs、v86.wasm，没有改"],
  ["xterm.js", "MIT", "@xterm/xterm", "npm 的包里做好的文件，去掉了指向源码映射的一行"],
  ["xterm.js 的 addon-fit", "MIT", "@xterm/addon-fit", "npm 的包里做好的文件，去掉了指向源码映射的一行"],
];

/** sources.tsv 和 package-lock.json 里的来源，成一张表：{ kind, name, version, checksum }。 */
export function sources(tsv, lock) {
  const debian = tsv.trim().split("\n").map((line) => {
    const [kind, name, version, checksum] = line.split("\t");
    return { kind, name, version, checksum: `sha256:${checksum}` };
  });
  const npm = Object.entries(lock.packages)
    .filter(([path]) => path !== "")
    .map(([path, { version, integrity }]) => ({ kind: "npm", name: path.replace("node_modules/", ""), version, checksum: integrity }));
  return [...debian, ...npm];
}

/** machine.json：页面要知道的（每个文件多大，好画进度），和这台机器是怎么做的。 */
export function machine(files, table, programs, tools) {
  return {
    terminals: TERMINALS,
    memory: MACHINE.memory_size,
    files,
    programs,
    sources: table,
    tools,
  };
}

/** NOTICE.txt：分发了什么，许可证，准确的来源，配置，怎么做出来的。 */
export function notice(table, programs, tools) {
  const find = (name) => {
    const rows = table.filter((row) => row.name === name);
    if (rows.length === 0) throw new Error(`来源的表里没有 ${name}`);
    return rows;
  };
  const kinds = { deb: "Debian 12 的包", src: "Debian 12 的源码包", npm: "npm 的包" };
  const items = SHIPPED.map(([title, license, name, how]) => [
    title,
    `  许可证：${license}`,
    ...find(name).map((row) => `  来源：${kinds[row.kind]} ${row.name} ${row.version}\n        ${row.checksum}`),
    `  做法：${how}`,
  ].join("\n"));
  return `实验台里有别人的程序
====================

实验台是在网页里跑的一台 Linux。state.zst 是它开机以后存下的内存，里面有下面这些程序的目标代码。
许可证的全文在 licenses 文件夹，内核和 busybox 的配置在 config 文件夹。

${items.join("\n\n")}

Rust 的标准库和 libc crate
  许可证：MIT 或 Apache-2.0（标准库里还有 musl，MIT；libunwind，Apache-2.0 带 LLVM 例外）
  来源：${tools[0]} 的目标 i686-unknown-linux-musl；libc 的版本在本书的 Cargo.lock
  做法：链接进书里的 ${programs.length} 个程序，程序就是本书 listings 里的文件，没有改；
        标准库里 musl 的 strerror_r 在链接时换成 lab/strerror.c，系统错误的说法就和 glibc 的一样

怎么拿到源码，怎么重新做一遍
----------------------------
本书的仓库里，lab/sources.tsv 和 lab/package-lock.json 写着每个来源的版本和校验和，lab/parts 是每一件的做法，
lab/root 是根文件系统里我们写的文件。在 Debian 12 上：

  lab/build --install    从源码做出这里的一切
  lab/build --sources    只取源码，放在 target/lab/sources；发布这一版的工作流把它们存成附件 lab-sources

单取一个源码包：apt-get source busybox=版本；内核的源码是包 linux-source-6.1 里的 linux-source-6.1.tar.xz。

做这一份用的工具：${tools.join("；")}
`;
}

/** 点开以后要下载的每个文件和字节数。压过的按原样算，别的按 gzip 算；有压好的一份（名字加 .gz），原来的就不取。 */
export function downloads(files) {
  const names = files.map(([name]) => name);
  return files
    .filter(([name]) => !names.includes(`${name}.gz`))
    .map(([name, content]) => [name, /\.(zst|gz)$/.test(name) ? content.length : gzipSync(content, { level: 9 }).length]);
}

/** 一行小结：点开以后要下载多少。 */
export function summary(files, programs) {
  const sizes = downloads(files);
  const total = sizes.reduce((sum, [, size]) => sum + size, 0);
  const state = sizes.find(([name]) => name === "state.zst")?.[1] ?? 0;
  return `${programs.length} 个程序，要下载 ${(total / 1e6).toFixed(2)} MB（gzip），其中状态 ${(state / 1e6).toFixed(2)} MB`;
}

function main([what, folder, tsv, lock, names, versions]) {
  const lines = (path) => readFileSync(path, "utf8").trim().split("\n");
  const table = sources(readFileSync(tsv, "utf8"), JSON.parse(readFileSync(lock, "utf8")));
  const programs = lines(names);
  const files = readdirSync(folder).sort();
  switch (what) {
    case "machine": {
      const sizes = Object.fromEntries(files.map((name) => [name, statSync(join(folder, name)).size]));
      return JSON.stringify(machine(sizes, table, programs, lines(versions)), null, 1);
    }
    case "notice":
      return notice(table, programs, lines(versions)).trimEnd();
    case "summary":
      return summary(files.map((name) => [name, readFileSync(join(folder, name))]), programs);
    default:
      throw new Error(`不认识 ${what}：要 machine、notice 或 summary`);
  }
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) console.log(main(process.argv.slice(2)));
