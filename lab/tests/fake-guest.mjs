// 假的实验台：和 Guest 一样的接口，里面没有机器，只有几条会做的命令。给播放器的测试用。

/** 行编辑怎样回显，照 busybox ash 在 pty 上录下来的样子。 */
export class FakeGuest {
  count = 3;
  identities = [];
  #terminals;
  #control;

  /**
   * @param {object} programs 命令 → async ({ print, line, interrupt }) => 退出状态；
   *   print 往终端打印，line 等读者输入的一行（Ctrl-D 是 null），interrupt 是按下 Ctrl-C 时兑现的约定
   * @param {object} [options]
   * @param {(command: string) => string | undefined} [options.control] 控制线上的命令打印什么；undefined 是失败
   * @param {number} [options.chunk] 每次交出去几个字节
   */
  constructor(programs, { control = () => '', chunk = 3 } = {}) {
    this.#control = control;
    this.#terminals = Array.from({ length: this.count }, () => new FakeTerminal(programs, chunk));
  }

  write(i, text) { this.#terminals[i].keys(text); }

  onData(i, callback) { this.#terminals[i].listeners.push(callback); }

  async resize(i) { this.#terminals[i].redraw(); }

  async control(command) {
    const tty = /^stty -a -F \/dev\/ttyS(\d)$/.exec(command);
    if (tty) return { status: 0, output: this.#terminals[tty[1]].modes() };
    const output = this.#control(command);
    return output === undefined ? { status: 1, output: '坏了\n' } : { status: 0, output };
  }

  async destroy() {}

  /** 终端的 shell 换一个身份，重新开；identities 记下换过哪些。 */
  async identity(i, who) {
    this.identities.push(`${i} ${who}`);
    this.#terminals[i].restart();
  }

  /** 终端 i 里直接出来几个字节：不是文字的输出。 */
  emit(i, bytes) { for (const listener of this.#terminals[i].listeners) listener(Uint8Array.from(bytes)); }

  /** 不经过 shell，直接往终端 i 打印：后台的程序。 */
  print(i, text) { this.#terminals[i].print(text); }
}

class FakeTerminal {
  listeners = [];
  #programs;
  #chunk;
  #status = 0;
  #column = 2;
  #line = '';
  #running = null; // { lines, readers, interrupt }

  constructor(programs, chunk) {
    this.#programs = programs;
    this.#chunk = chunk;
  }

  print(text) {
    const bytes = new TextEncoder().encode(text.replaceAll('\n', '\r\n'));
    this.#emit(bytes);
  }

  #emit(bytes) {
    for (let at = 0; at < bytes.length; at += this.#chunk) {
      const piece = bytes.subarray(at, at + this.#chunk);
      setImmediate(() => { for (const listener of this.listeners) listener(piece); });
    }
  }

  #raw(text) { this.#emit(new TextEncoder().encode(text)); }

  /** 行编辑时终端不按行收。慢一拍、或程序有了动静才交还；在那之前输入的丢掉。 */
  modes() { return `isig ${this.#running?.cooked ? '' : '-'}icanon echo`; }

  #mark() { return `\x1b]133;D;${this.#status}\x07$ `; }

  /** 新开的 shell 的第一个提示符。 */
  restart() { this.#prompt(); }

  /** 终端换了大小：行编辑重画提示符和敲了一半的字。 */
  redraw() { if (!this.#running) this.#raw(`\r${this.#mark()}${this.#line}\x1b[J`); }

  #prompt() {
    this.#raw(this.#mark());
    this.#column = 2;
    this.#line = '';
  }

  keys(text) {
    for (const key of text) {
      if (!this.#running) this.#edit(key);
      else if (this.#running.cooked) this.#cooked(key);
    }
  }

  /** 行编辑：逐字回显，写满 80 列打印 \r\r\n。 */
  #edit(key) {
    if (key === '\f') {
      this.#raw(`\x1b[H\x1b[J\r${this.#mark()}${this.#line}\x1b[J`);
    } else if (key === '\r') {
      if (this.#column > 0) this.#raw('\r\n');
      this.#run(this.#line);
    } else {
      const width = key.codePointAt(0) > 0x2e80 ? 2 : 1;
      this.#line += key;
      this.#column += width;
      this.#raw(key);
      if (this.#column >= 80) {
        this.#raw('\r\r\n');
        this.#column = 0;
      }
    }
  }

  /** 程序运行时：终端自己回显，按行交给程序。 */
  #cooked(key) {
    const running = this.#running;
    if (key === '\x03') {
      this.#raw('^C');
      running.interrupt();
    } else if (key === '\x04') {
      running.give(null);
    } else if (key === '\n' || key === '\r') {
      this.#raw('\r\n');
      running.give(this.#line);
      this.#line = '';
    } else {
      this.#raw(key);
      this.#line += key;
    }
  }

  #run(command) {
    this.#line = '';
    const lines = [];
    const readers = [];
    let interrupt;
    const interrupted = new Promise((resolve) => { interrupt = resolve; });
    const running = this.#running = {
      cooked: false,
      interrupt,
      give: (line) => (readers.length > 0 ? readers.shift()(line) : lines.push(line)),
    };
    const program = this.#programs[command] ?? (async ({ print }) => { print(`sh: ${command}: not found\n`); return 127; });
    const io = {
      print: (text) => { running.cooked = true; this.print(text); },
      line: () => new Promise((resolve) => (lines.length > 0 ? resolve(lines.shift()) : readers.push(resolve))),
      interrupt: interrupted,
    };
    setTimeout(() => { running.cooked = true; }, 5);
    program(io).then((status) => {
      this.#running = null;
      this.#status = status;
      this.#prompt();
    });
  }
}
