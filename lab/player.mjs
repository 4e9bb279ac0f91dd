// 在实验台里照会话一步步敲命令、等、收录音。步骤、等待和录音的意思与 tests/src/runner.rs 相同。
//
// 不认识 node，也不认识 DOM：机器是交进来的 Guest（见 guest.mjs）。

import { isListening, read, survivors } from './transcript.mjs';

/** 没有通知可等的条件（/proc/net 里的状态），每隔这么多毫秒看一次。 */
const POLL = 20;

/** 会话的工作文件夹：机器刚恢复时，各个终端都在这里。 */
const FOLDER = '/home/reader';

/** Ctrl-L：行编辑清屏，重画提示符。 */
const CLEAR = '\f';
const CLEARED = /\x1b\[H[^]*?\x1b\]133;D;\d+\x07\$ \x1b\[J/;

const KEYS = { 'ctrl-c': '\x03', 'ctrl-d': '\x04' };

/** 照一个会话演一遍。 */
export class Player {
  #session;
  #guest;
  #onStep;
  #terminals = new Map();
  #next = 0;
  #finished = false;
  #stopped = false;
  #left;
  #deadline = Infinity;

  /**
   * @param {object} session sessions.json 里的一个会话：{ terminals, deadline, user, steps }
   * @param {object} guest 机器；会话的第 k 个终端是它的终端 k
   * @param {object} [options]
   * @param {(index: number, step: object) => void} [options.onStep] 每一步开始之前叫一次
   * @param {number} [options.patience] 时限放宽几倍：模拟出来的机器比真的慢
   */
  constructor(session, guest, { onStep = () => {}, patience = 1 } = {}) {
    this.#session = session;
    this.#guest = guest;
    this.#onStep = onStep;
    this.#left = session.deadline * 1000 * patience;
    session.terminals.forEach((name, index) => {
      const terminal = new Terminal(guest, index);
      guest.onData(index, (bytes) => { if (!this.#stopped && !this.#finished) terminal.feed(bytes); });
      this.#terminals.set(name, terminal);
    });
  }

  /**
   * 等到各个终端的提示符，清屏。机器要是刚恢复的：shell 里没有留下别的会话的变量，工作文件夹是空的。
   *
   * @throws {Error} 工作文件夹不空，或等不到提示符时
   */
  async prepare() {
    await this.#timed(async (deadline) => {
      const files = await this.#control(`ls -A ${FOLDER}`);
      if (files !== '') throw new Error(`工作文件夹里已经有东西：${files.trim().replaceAll('\n', '，')}`);
      // 程序处理 Ctrl-C 时 shell 不要跟着中断，免得丢了退出状态；不按 Ctrl-C 的会话用不着。
      const traps = this.#session.steps.some((step) => step.key === 'ctrl-c');
      for (const terminal of this.#terminals.values()) {
        // 机器刚恢复时，终端里是 root。
        if (this.#session.user) await this.#inTime(this.#guest.identity(terminal.index, 'user'), '终端换身份');
        await terminal.start(traps, deadline);
      }
    });
  }

  /**
   * 演下一步，等到它要等的。
   *
   * @returns {Promise<boolean>} 没有下一步了是 false；那时各条命令的结局也查过了
   * @throws {Error} 等不到、退出状态不对、或结束时还有进程没退出，说明是中文的一句话
   */
  async next() {
    const step = this.#session.steps[this.#next];
    if (step) {
      const number = this.#next + 1;
      this.#onStep(this.#next, step);
      this.#next = number;
      await this.#timed((deadline) => this.#perform(step, deadline))
        .catch((why) => { throw new Error(`第 ${number} 步（终端 ${step.terminal}）：${why.message}`, { cause: why }); });
      return true;
    }
    if (!this.#finished) {
      await this.#timed((deadline) => this.#finish(deadline));
      this.#finished = true;
    }
    return false;
  }

  /** 一步接一步演完。 @throws {Error} 同 next */
  async all() {
    while (await this.next());
  }

  /** 到现在为止的录音：{ 终端: "$ 命令\n输出…" }。 */
  get transcripts() {
    return Object.fromEntries([...this.#terminals].map(([name, terminal]) => [name, terminal.view().text]));
  }

  /** 停下：正在等的一步以“停下了”失败，以后的输出不再收。机器里的程序不动。 */
  stop() {
    this.#stopped = true;
    for (const terminal of this.#terminals.values()) terminal.fail(new Error('停下了'));
  }

  /** 限时做一件事；会话的时限只算这样花掉的时间，读者看着屏幕的时间不算。 */
  async #timed(act) {
    const started = Date.now();
    this.#deadline = started + this.#left;
    try {
      return await act(this.#deadline);
    } finally {
      this.#left -= Date.now() - started;
    }
  }

  async #perform(step, deadline) {
    const terminal = this.#terminals.get(step.terminal);
    if ('type' in step) {
      await expectRunningToSucceed(terminal, deadline);
      await terminal.type(step.type);
    } else if ('send' in step) {
      await this.#waitProgram(terminal, deadline);
      await terminal.send(`${step.send}\n`);
    } else if ('key' in step) {
      await this.#waitProgram(terminal, deadline);
      await terminal.send(KEYS[step.key]);
    }
    const until = step.until ?? {};
    if ('text' in until) await terminal.waitText(until.text, deadline);
    if ('listening' in until) await this.#waitListening(terminal, until.listening, deadline);
    if ('exit' in until) await expectExit(terminal, until.exit, deadline);
  }

  /**
   * 等到行编辑把终端交还给程序。敲完命令马上输入的话，行编辑可能还没看到回车，输入就成了它的；
   * 还没交还时，Ctrl-C 也只是一个字。程序已经有动静的不必看。
   */
  async #waitProgram(terminal, deadline) {
    await terminal.waitEcho(deadline);
    while (terminal.quiet()) {
      const modes = await this.#control(`stty -a -F /dev/ttyS${terminal.index}`);
      if (/(?:^|\s)icanon\b/.test(modes)) return;
      if (Date.now() >= deadline) throw new Error('等程序接管终端：超时');
      await terminal.changed(Math.min(Date.now() + POLL, deadline));
    }
  }

  async #waitListening(terminal, port, deadline) {
    for (;;) {
      // 先看端口，再看命令：后台命令（&）一敲完就“结束”了，端口可以稍后才就绪。
      const tables = await this.#control('cd /proc/net; cat tcp tcp6 2>/dev/null; echo =; cat udp udp6 2>/dev/null');
      const [tcp, udp] = tables.split('=\n');
      if (isListening(tcp, udp ?? '', port)) return;
      const status = terminal.lastStatus();
      if (status) throw new Error(`等端口 ${port} 就绪：命令先结束了，退出状态 ${status}`);
      if (Date.now() >= deadline) throw new Error(`等端口 ${port} 就绪：超时`);
      await terminal.changed(Math.min(Date.now() + POLL, deadline));
    }
  }

  async #finish(deadline) {
    for (const [name, terminal] of this.#terminals) {
      await expectRunningToSucceed(terminal, deadline)
        .catch((why) => { throw new Error(`终端 ${name} 收尾：${why.message}`, { cause: why }); });
      const left = await this.#survivors(terminal);
      if (left.length > 0) {
        const shown = left.map((process) => `${process.pid} ${process.name}`).join('，');
        throw new Error(`终端 ${name}：会话结束了，还有进程在运行：${shown}（后台命令要用 wait 等它）`);
      }
    }
  }

  async #survivors(terminal) {
    return survivors(await this.#control('cat /proc/[0-9]*/stat 2>/dev/null; true'), terminal.index);
  }

  /** 机器要是不回音，也不一直等。 */
  #inTime(answer, what) {
    let timer;
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error(`等${what}：超时`)), Math.max(0, this.#deadline - Date.now()));
    });
    return Promise.race([answer, late]).finally(() => clearTimeout(timer));
  }

  /** 在控制线上跑一条命令，要它成功。 */
  async #control(command) {
    if (this.#stopped) throw new Error('停下了');
    const { status, output } = await this.#inTime(this.#guest.control(command), `控制线上的 ${command}`);
    if (status !== 0) throw new Error(`实验台里的 ${command} 失败，退出状态 ${status}：${output}`);
    return output;
  }
}

/** 还没查过的命令要以 0 结束；每条命令的退出状态都查，没写就是 0。 */
async function expectRunningToSucceed(terminal, deadline) {
  if (terminal.unchecked()) await expectExit(terminal, 0, deadline);
}

async function expectExit(terminal, expected, deadline) {
  const status = await terminal.waitExit(deadline);
  if (status !== expected) throw new Error(`命令的退出状态：期望 ${expected}，实际 ${status}`);
}

/** 会话的一个终端：往里敲，等里面出来的。 */
class Terminal {
  #guest;
  #decoder = null; // 还没有就绪时，出来的东西不算数
  #seen = '';
  #typed = [];
  #checked = 0;
  #since = null; // 最近一次操作是 send 或 key 时，那时录音有多长
  #failure = null;
  #waiting = new Set();
  #view = null;

  constructor(guest, index) {
    this.#guest = guest;
    this.index = index;
  }

  /** 收下终端里出来的字节。 */
  feed(bytes) {
    if (!this.#decoder || this.#failure) return;
    try {
      this.#seen += this.#decoder.decode(bytes, { stream: true });
    } catch {
      this.fail(new Error('终端里出现了不是 UTF-8 的字节'));
    }
    this.#wake();
  }

  /** 从此以后的等待都以 error 失败。 */
  fail(error) {
    this.#failure ??= error;
    this.#wake();
  }

  #wake() {
    this.#view = null;
    for (const wake of this.#waiting) wake();
  }

  /**
   * 等到提示符，清屏；录音从那里开始。
   *
   * @param {boolean} traps 让 shell 不理会 Ctrl-C；它启动的程序不受影响
   */
  async start(traps, deadline) {
    this.#decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    if (traps) {
      await this.type('trap : INT QUIT');
      await this.waitExit(deadline);
    }
    await this.#guest.write(this.index, CLEAR);
    const found = await this.#wait(deadline, () => CLEARED.exec(this.#seen), '提示符');
    this.#seen = this.#seen.slice(found.index + found[0].length);
    this.#typed = [];
    this.#checked = 0;
    this.#view = null;
  }

  /** 到现在为止的录音，见 read。 */
  view() {
    return this.#view ??= read(this.#seen, this.#typed);
  }

  /** 敲一条命令。 */
  async type(command) {
    if (this.#running()) throw new Error('上一条命令还没结束，终端里敲不了新的');
    // 行编辑会把控制字符当成按键（Tab 是补全）。
    if (/[\x00-\x1f\x7f]/.test(command)) throw new Error(`命令里有控制字符，在终端里敲不出来：${JSON.stringify(command)}`);
    this.#typed.push(command);
    this.#since = null;
    this.#view = null;
    await this.#guest.write(this.index, `${command}\r`);
  }

  /** 等最近敲的命令的回显收全。 */
  async waitEcho(deadline) {
    await this.#wait(deadline, () => this.view().echoed === this.#typed.length || null, '回显');
  }

  /** 最近敲的命令还没有打印过什么，也没有结束。 */
  quiet() {
    return this.#running() && this.view().text.length === this.view().start;
  }

  /** 给正在运行的程序输入。 */
  async send(text) {
    if (!this.#running()) throw new Error('没有程序在运行，输入不知道给谁');
    this.#since = this.view().text.length;
    await this.#guest.write(this.index, text);
  }

  /** 等最近敲的命令结束，返回退出状态；它就算查过了。 */
  async waitExit(deadline) {
    this.#checked = this.#typed.length;
    const { status } = await this.#wait(deadline, () => (this.#running() ? null : { status: this.lastStatus() ?? 0 }), '命令结束');
    return status;
  }

  /** 等终端里出现 text，从最近一次操作之后算起。 */
  async waitText(text, deadline) {
    await this.#wait(deadline, () => this.view().text.slice(this.#since ?? this.view().start).includes(text) || null, `“${text}”出现`);
  }

  #running() {
    return this.view().statuses.length < this.#typed.length;
  }

  /** 敲过的命令里，有没有还没查过退出状态的。 */
  unchecked() {
    return this.#checked < this.#typed.length;
  }

  /** 最近敲的命令的退出状态；还没结束是 undefined。 */
  lastStatus() {
    return this.view().statuses[this.#typed.length - 1];
  }

  /** 等 found 给出一个不是 null 的值；每次有新的输出再问一次。what 是在等什么。 */
  async #wait(deadline, found, what) {
    for (;;) {
      if (this.#failure) throw this.#failure;
      const value = found();
      if (value !== null) return value;
      if (Date.now() >= deadline) throw new Error(`等${what}：超时${this.#unechoed()}`);
      await this.changed(deadline);
    }
  }

  /** 敲了命令、却认不出它的回显的话，说出来。 */
  #unechoed() {
    const command = this.#typed[this.view().echoed];
    return command === undefined ? '' : `（敲了 ${JSON.stringify(command)}，没有认出它的回显，终端里是 ${JSON.stringify(this.#seen.slice(-400))}）`;
  }

  /** 等到有新的输出，或时刻 deadline，先到为准。 */
  changed(deadline) {
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        this.#waiting.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, Math.max(0, deadline - Date.now()));
      this.#waiting.add(wake);
    });
  }
}
