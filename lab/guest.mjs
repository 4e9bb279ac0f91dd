// 客户机：从存下的状态恢复出来的一台 Linux，三个终端和一条控制线。
//
// 浏览器和 node 用同一份：这里没有 DOM，也没有 node 的接口；V86 这个类和取文件的办法由调用者给。

/** 读者的终端数。终端 i 是客户机里的 ttyS<i>，控制线是它们后面的一个串口。 */
export const TERMINALS = 3;

/** 造机器的选项。存和恢复必须用同一份，否则恢复出来的机器是坏的。 */
export const MACHINE = Object.freeze({
  memory_size: 64 * 1024 * 1024,
  vga_memory_size: 1024 * 1024,
  // v86 里没有 ACPI 就没有 local APIC，内核只好用 PIT 当时钟，闲着的时候醒得太勤。
  acpi: true,
  uart1: true,
  uart2: true,
  uart3: true,
  disable_keyboard: true,
  disable_mouse: true,
  disable_speaker: true,
});

/** 提示符前那段看不见的 OSC：`ESC ] 133 ; D ; 状态 BEL`，后面是 `$ `。 */
export const PROMPT = /\x1b\]133;D;(\d+)\x07\$ /;

// Ctrl-L 让 shell 清屏，重画提示符。
const CLEAR = "\f";
// 控制线上一条命令的结尾（root/lab/control 打印的）：RS 状态 RS。命令的输出里不会有 RS。
const END = /\x1e(\d+)\x1e/;

/** 把一个串口上的字节攒成块：模拟器一次跑一片，片里的字节合成一块交出去。 */
class Line {
  #pending = [];
  #kept = [];
  #listeners = [];

  push(byte) {
    if (this.#pending.push(byte) === 1) queueMicrotask(() => this.#flush());
  }

  /** 订阅，listen 返回以后才开始收。第一个订阅者先收到它来之前打印的。返回退订的函数。 */
  listen(callback) {
    this.#flush();
    const kept = this.#kept;
    this.#kept = [];
    this.#listeners.push(callback);
    queueMicrotask(() => {
      for (const chunk of kept) if (this.#listeners.includes(callback)) callback(chunk);
    });
    return () => {
      this.#listeners = this.#listeners.filter((each) => each !== callback);
    };
  }

  /** 把已经收走的块留给第一个订阅者；有人订阅着就不留，他已经收到了。 */
  keep(chunks) {
    if (this.#listeners.length === 0) this.#kept.push(...chunks);
  }

  #flush() {
    if (this.#pending.length === 0) return;
    const chunk = Uint8Array.from(this.#pending);
    this.#pending = [];
    if (this.#listeners.length === 0) this.#kept.push(chunk);
    for (const callback of this.#listeners) callback(chunk);
  }
}

/** 一台正在跑的客户机。 */
export class Guest {
  #emulator;
  #lines;
  #queue = Promise.resolve();

  /** 只给 start 和存状态的脚本用：emulator 是已经在跑的 V86。 */
  constructor(emulator) {
    this.#emulator = emulator;
    this.#lines = Array.from({ length: TERMINALS + 1 }, () => new Line());
    this.#lines.forEach((line, i) => {
      emulator.add_listener(`serial${i}-output-byte`, (byte) => line.push(byte));
    });
  }

  /**
   * 恢复一台客户机，三个终端都在空的家目录里等着输入。
   *
   * V86 是那个类；load(name) 取来实验台文件夹里的一个文件，返回 Promise<ArrayBuffer>；
   * now 是客户机的时钟要拨到的毫秒数。取不到文件、浏览器跑不了 WebAssembly、存下的状态坏了、内存不够时拒绝。
   */
  static async start({ V86, load, now = Date.now() }) {
    const [module, packed] = await Promise.all([load("v86.wasm").then(compile), load("state.zst")]);
    const began = Date.now();
    const emulator = await assemble(V86, module);
    const guest = new Guest(emulator);
    try {
      await emulator.restore_state(await unpack(module, packed));
    } catch (error) {
      await guest.destroy();
      throw new Error(`存下的状态恢复不了：${error.message}`, { cause: error });
    }
    // 等 emulator-ready 不够：那时送进去的字节会丢。
    await new Promise((resolve) => {
      emulator.add_listener("emulator-started", resolve);
      emulator.run();
    });
    await guest.control(`date -s @${Math.floor((now + Date.now() - began) / 1000)} >/dev/null`);
    await Promise.all(Array.from({ length: TERMINALS }, (_, i) => guest.#prompt(i, () => guest.write(i, CLEAR))));
    return guest;
  }

  /** 读者的终端数。 */
  get count() {
    return TERMINALS;
  }

  /** 敲进终端 i：text 按 UTF-8 送进去，原样，包括 \r 和 \x03。 */
  write(i, text) {
    this.#emulator.serial_send_bytes(i, new TextEncoder().encode(text));
  }

  /** 终端 i 打印的每一块交给 callback(Uint8Array)。第一个订阅者先收到已经打印的（提示符）。返回退订的函数。 */
  onData(i, callback) {
    return this.#lines[i].listen(callback);
  }

  /** 改终端 i 的大小；前台的程序收到 SIGWINCH。 */
  async resize(i, cols, rows) {
    await this.control(`echo rows ${Number(rows)} cols ${Number(cols)} > /run/ttyS${i}.size; stty -F /dev/ttyS${i} $(cat /run/ttyS${i}.size)`);
  }

  /**
   * 在控制线上以 root 跑一条 sh 命令，返回 { status, output }（标准输出和标准错误合在一起）。
   * 命令一条一条地跑；只能是一行，长度不超过 4000 字节，不从标准输入读。
   */
  control(command) {
    if (command.includes("\n")) return Promise.reject(new Error(`控制线上的命令只能是一行：${command}`));
    const done = this.#queue.then(() => this.#run(command));
    this.#queue = done.catch(() => {});
    return done;
  }

  /**
   * 终端 i 换一个身份：who 是 "user"（普通用户，没有权能）或 "root"。
   * 里面正在跑的都结束，shell 重开，在提示符那里；做完才返回。
   */
  async identity(i, who) {
    if (who !== "user" && who !== "root") throw new Error(`身份只有 user 和 root，没有 ${who}`);
    const mark = `/run/ttyS${i}.user`;
    await this.#prompt(i, () =>
      this.control(`${who === "user" ? "touch" : "rm -f"} ${mark}; kill -9 $(cat /run/ttyS${i}.pid)`));
  }

  /** 关掉机器，放掉内存。 */
  async destroy() {
    await this.#emulator.destroy();
  }

  #run(command) {
    return new Promise((resolve) => {
      const decoder = new TextDecoder();
      let text = "";
      const stop = this.#lines[TERMINALS].listen((chunk) => {
        text += decoder.decode(chunk, { stream: true });
        const end = text.match(END);
        if (end === null) return;
        stop();
        resolve({ status: Number(end[1]), output: text.slice(0, end.index) });
      });
      this.write(TERMINALS, `${command}\n`);
    });
  }

  // 做 ask()，等终端 i 打印出下一个提示符；打印的留给第一个订阅者。
  #prompt(i, ask) {
    return new Promise((resolve) => {
      const decoder = new TextDecoder();
      const chunks = [];
      const line = this.#lines[i];
      let text = "";
      const stop = line.listen((chunk) => {
        chunks.push(chunk);
        text += decoder.decode(chunk, { stream: true });
        if (!PROMPT.test(text)) return;
        stop();
        line.keep(chunks);
        resolve();
      });
      ask();
    });
  }
}

const modules = new WeakMap();

/** 编译 v86.wasm。同一份字节只编译一次：重来的机器用同一份代码。 */
function compile(bytes) {
  if (!modules.has(bytes)) modules.set(bytes, WebAssembly.compile(bytes));
  return modules.get(bytes);
}

/** 装好一台还没有开的 V86。内存不够时拒绝。 */
function assemble(V86, module) {
  return new Promise((resolve, reject) => {
    const emulator = new V86({
      ...MACHINE,
      // 这里出错，v86 自己不说，只是永远不开始。
      wasm_fn: (imports) => WebAssembly.instantiate(module, imports).then(({ exports }) => exports)
        .catch((error) => { reject(error); throw error; }),
    });
    emulator.add_listener("emulator-loaded", () => resolve(emulator));
  });
}

// 存下的状态开头的四个数：记号、版本、总长度、后面的说明多长。
const STATE = -2039052682;
// 一次解开这么多。
const PIECE = 1 << 20;

/**
 * 解开存下的状态。v86 自己也会，但解压要用的几十兆从此占着那台机器的内存；
 * 这里另开一个实例，用它带的 zstd，用完整个扔掉。不完整、不是状态时拒绝。
 */
async function unpack(module, packed) {
  const imports = {};
  for (const { module: from, name, kind } of WebAssembly.Module.imports(module)) {
    imports[from] ??= {};
    imports[from][name] = kind === "table" ? new WebAssembly.Table({ element: "anyfunc", initial: 1024 })
      : () => { throw new Error(`解压时用不到 ${name}`); };
  }
  const { exports: zstd } = await WebAssembly.instantiate(module, imports);
  const context = zstd.zstd_create_ctx(packed.byteLength);
  new Uint8Array(zstd.memory.buffer).set(new Uint8Array(packed), zstd.zstd_get_src_ptr(context) >>> 0);
  /** 解开下面的 into.length 字节。 */
  const read = (into) => {
    const at = zstd.zstd_read(context, into.length) >>> 0;
    if (at === 0) throw new Error("压缩的数据不完整");
    into.set(new Uint8Array(zstd.memory.buffer, at, into.length));
    zstd.zstd_read_free(at, into.length);
  };
  const head = new Int32Array(4);
  read(new Uint8Array(head.buffer));
  const [mark, , length] = head;
  if (mark !== STATE) throw new Error("开头不是 v86 的状态");
  const state = new Uint8Array(length);
  state.set(new Uint8Array(head.buffer));
  for (let at = head.byteLength; at < length; at += PIECE) read(state.subarray(at, at + PIECE));
  return state.buffer;
}
