// 实验台：把机器（guest.mjs）、重放会话的人（player.mjs）和面板（panel.mjs）接到一起。
// 页面上只有一个；再开就换掉原来的。

import { Files } from './files.mjs';
import { Panel } from './panel.mjs';
import { typist } from './typist.mjs';
import { LabError, describe, describeFailure, describeProgress, describeTrouble, group } from './words.mjs';

/** 机器多久还没有起来就不等了，毫秒。 */
const PATIENCE = 60_000;
/** 自动走完时，两步之间停一停，读者看得清。 */
const BREATH = 500;
/** 大小变个不停时，停下来这么久才告诉机器。 */
const SETTLE = 150;
/** 会话的时限是给真的机器定的，模拟出来的慢，手机上更慢：放宽这么多倍。 */
const PATIENT = 4;
/** 没有会话时的终端。 */
const FREE = { terminals: ['first', 'second', 'third'], steps: [] };
/** 终端自己对程序的回答（光标在哪里、是什么终端），不是读者敲的。 */
const REPLY = /^\x1b\[[\d;?>]*[Rcn]$/;

let current = null;
let files = null;

/**
 * 打开实验台。
 * @param {{session: string | null, title: string, opener: HTMLElement,
 *   nameOf: (terminal: string) => string, copy: (text: string) => Promise<boolean>}} request
 *   session：会话的名字，空的是自由的终端；opener：关掉以后焦点还给谁；nameOf：终端的名字 → 读者看的名字
 * @returns {Promise<void>} 终端可以用了，或者面板上已经说了为什么不行
 */
export async function open(request) {
  current?.close({ quietly: true });
  const lab = new Lab(request);
  current = lab;
  await lab.start();
}

/** 关掉；没有开着就什么都不做。 */
export function close() {
  current?.close();
}

/** 给测试用：每个终端的记录，和书里的录音一样的写法。 */
export function transcripts() {
  return current?.transcripts ?? null;
}

/** 给测试用：每个终端上的全部文字，滚上去的也在。 */
export function texts() {
  return current?.texts ?? [];
}

class Lab {
  #request;
  #panel;
  #run = null;
  #guest = null;
  #typing = null;
  #player = null;
  #session = null;
  #groups = [];
  #at = 0;
  /** 读者按了“全部运行”，还没走完。 */
  #playing = false;
  /** 正在走一步。 */
  #working = false;
  /** 终端归读者了。 */
  #free = false;
  #preparing = false;
  /** 书上的步骤走过第一步了，还没走完。 */
  #underway = false;
  /** 每个终端多大；机器知道的是多大。 */
  #sizes = [];
  #told = [];
  #telling = null;
  #settling = [];

  constructor(request) {
    this.#request = request;
  }

  /** 取文件、开机、摆好会话。出了错在面板上说，不抛出来。 */
  async start() {
    this.#panel ??= this.#makePanel();
    const run = this.#newRun();
    try {
      if (typeof WebAssembly !== 'object') throw new LabError('unsupported');
      files ??= new Files(new URL('.', import.meta.url));
      files.onProgress = (loaded, total) => run.alive
        && this.#panel.loading('正在取实验台的文件', describeProgress(loaded, total), loaded, total);
      performance.mark('lab:click');
      this.#panel.loading('正在取实验台的文件');
      await files.all(run.signal);
      if (!run.alive) return;
      performance.mark('lab:loaded');
      await this.#boot(run);
    } catch (error) {
      if (!run.alive) return;
      this.#stop();
      this.#panel.trouble(describeTrouble(error), { retry: () => this.start() });
    }
  }

  close({ quietly = false } = {}) {
    this.#stop();
    this.#panel.destroy();
    if (current === this) current = null;
    if (!quietly) this.#request.opener?.focus({ preventScroll: true });
  }

  get transcripts() { return this.#player?.transcripts ?? null; }

  get texts() { return this.#session?.terminals.map((_, index) => this.#panel.textOf(index)) ?? []; }

  // ───── 开机 ─────

  async #boot(run) {
    const { session: name, nameOf } = this.#request;
    this.#panel.loading('正在启动机器');
    const [{ V86 }, { Guest }, { Player }, { Terminal }, { FitAddon }] = await Promise.all(
      ['v86.mjs', 'guest.mjs', 'player.mjs', 'xterm.mjs', 'addon-fit.mjs'].map((each) => files.module(each)),
    );
    const sessions = await files.json('sessions.json');
    if (!run.alive) return;
    this.#session = name === null ? FREE : sessions[name];
    if (!this.#session) throw new LabError('unknown-session', name);

    const starting = Guest.start({ V86, load: (file) => files.load(file, run.signal), now: Date.now() });
    // 等的时候读者关掉了：机器起来以后拆掉它。
    starting.then((guest) => { if (!run.alive) guest.destroy(); }, () => {});
    const guest = await inTime(starting, PATIENCE);
    if (!run.alive) return;
    performance.mark('lab:booted');
    this.#guest = guest;
    this.#typing = typist(guest, { hurry: () => this.#preparing || this.#panel.still || document.hidden });

    const { terminals } = this.#session;
    this.#sizes = [];
    this.#told = [];
    this.#telling = null;
    this.#panel.setTerminals(terminals.map(nameOf), { Terminal, FitAddon });
    terminals.forEach((_, index) => guest.onData(index, (bytes) => this.#panel.write(index, bytes)));
    this.#panel.stage();
    await this.#settle();

    if (this.#session.steps.length > 0) {
      this.#player = new Player(this.#session, this.#typing, { patience: PATIENT });
      this.#preparing = true;
      await this.#player.prepare();
      this.#preparing = false;
      if (!run.alive) return;
    }
    this.#panel.ready();
    performance.mark('lab:ready');
    this.#groups = group(this.#session.steps);
    this.#at = 0;
    this.#offer();
    if (name === null) this.#panel.focusTerminal({ gently: true });
  }

  #newRun() {
    this.#stop();
    const controller = new AbortController();
    const run = { alive: true, signal: controller.signal };
    run.end = () => { run.alive = false; controller.abort(new DOMException('关掉了', 'AbortError')); };
    this.#run = run;
    return run;
  }

  /** 拆掉机器，把内存还回去。 */
  #stop() {
    this.#run?.end();
    this.#settling.forEach(clearTimeout);
    this.#settling = [];
    this.#player?.stop();
    this.#panel?.clearTerminals();
    // 拆得不干净读者也做不了什么，页面照旧。
    if (this.#guest) Promise.resolve(this.#guest.destroy()).catch(() => {});
    this.#run = null;
    this.#player = null;
    this.#guest = null;
    this.#typing = null;
    this.#playing = false;
    this.#working = false;
    this.#free = false;
    this.#preparing = false;
    this.#underway = false;
  }

  // ───── 步骤 ─────

  /** 说出下一步是什么，等读者选；走完了就把终端交给读者。 */
  #offer() {
    const group = this.#groups[this.#at];
    if (group) {
      this.#tell('下一步', group);
      this.#panel.activate(this.#session.terminals.indexOf(group[0].terminal));
      this.#panel.steps('choose');
    } else if (this.#groups.length === 0) {
      this.#handOver('终端归你：书里的程序、strace、tcpdump 都在。');
    } else {
      this.#handOver('走完了。终端归你：接着敲什么都行，按“重来”再看一遍。');
    }
  }

  /** 步骤到此为止，以后敲的都是读者的。 */
  #handOver(text) {
    this.#free = true;
    this.#underway = false;
    this.#settle();
    this.#panel.hint('');
    this.#panel.say(text);
    this.#panel.steps('none');
  }

  /** 读者不看步骤了，要自己来。 */
  #takeOver() {
    if (this.#free || !this.#player) return;
    this.#player.stop();
    this.#handOver('终端归你。书上剩下的步骤不走了；按“重来”从头走。');
    this.#panel.focusTerminal();
  }

  #tell(doing, group) {
    const { where, code, wait } = describe(group, this.#request.nameOf);
    this.#panel.say(`${doing}（${this.#at + 1}/${this.#groups.length}）：${where}`, code, wait ? `，${wait}` : '');
  }

  /** 走一组：动手的一步，和跟着它的等待。走成了是 true；没走成，面板上已经说了。 */
  async #step(run, mode) {
    const group = this.#groups[this.#at];
    const last = this.#at === this.#groups.length - 1;
    this.#working = true;
    this.#panel.activate(this.#session.terminals.indexOf(group[0].terminal));
    this.#panel.steps(mode);
    this.#tell('正在做', group);
    try {
      if (!this.#underway) await this.#settle();
      this.#underway = true;
      for (let i = 0; i < group.length; i += 1) await this.#player.next();
      await this.#typing.idle();
      // 没有步骤了再问一次，它就等各条命令结束，查它们的结局。
      if (last) await this.#player.next();
    } catch (error) {
      if (run.alive && !this.#free) {
        this.#handOver('');
        this.#panel.trouble(describeFailure(describe(group, this.#request.nameOf), error), { machine: true });
      }
    } finally {
      if (run.alive) this.#working = false;
    }
    if (!run.alive || this.#free) return false;
    this.#at += 1;
    return true;
  }

  async #next() {
    if (!this.#player || this.#working || this.#free) return;
    if (await this.#step(this.#run, 'stepping')) this.#offer();
  }

  async #all() {
    if (this.#playing) {
      this.#playing = false;
      return;
    }
    if (!this.#player || this.#working || this.#free) return;
    const run = this.#run;
    this.#playing = true;
    do {
      if (!await this.#step(run, 'playing')) break;
      if (this.#at === this.#groups.length || !this.#playing) this.#offer();
      else if (!this.#panel.still) await sleep(BREATH);
    } while (run.alive && this.#playing && !this.#free);
    if (run.alive) this.#playing = false;
  }

  // ───── 面板 ─────

  #makePanel() {
    const { session, title, copy } = this.#request;
    const panel = new Panel({
      title,
      note: this.#request.note ?? '',
      handlers: {
        next: () => this.#next(),
        all: () => this.#all(),
        mine: () => this.#takeOver(),
        again: () => this.start(),
        close: () => this.close(),
        keys: (terminal, text) => this.#keys(terminal, text),
        resized: (terminal, size) => this.#resized(terminal, size),
        copy,
      },
    });
    panel.element.classList.toggle('lab-free', session === null);
    panel.show();
    return panel;
  }

  /** 读者敲的。书上的步骤还没走完时不送去，夹在里面会把它们打乱。 */
  #keys(terminal, text) {
    if (this.#free) this.#typing?.keys(terminal, text);
    else if (this.#player && !REPLY.test(text)) this.#panel.hint('还在走书上的步骤。想自己敲，先按“我来敲”。');
  }

  /** 终端换了大小：停下来以后才告诉机器，免得一路上告诉几十次。 */
  #resized(terminal, size) {
    this.#sizes[terminal] = size;
    clearTimeout(this.#settling[terminal]);
    this.#settling[terminal] = setTimeout(() => this.#tellSize(terminal), SETTLE);
  }

  /**
   * 变了就告诉机器。机器给前台的程序送 SIGWINCH，strace 就会多记一行“accept4 重新开始”：
   * 走书上的步骤时不说，走完了再说。
   */
  async #tellSize(terminal) {
    const { cols, rows } = this.#sizes[terminal];
    const size = `${cols}x${rows}`;
    if (this.#underway || this.#told[terminal] === size) return;
    this.#told[terminal] = size;
    this.#telling = this.#guest?.resize(terminal, cols, rows);
    await this.#telling;
  }

  /** 不等了，现在就告诉机器每个终端多大。 */
  async #settle() {
    this.#settling.forEach(clearTimeout);
    for (const terminal of this.#sizes.keys()) if (this.#sizes[terminal]) await this.#tellSize(terminal);
    await this.#telling;
  }
}

function inTime(promise, ms) {
  let timer;
  const late = new Promise((_, reject) => { timer = setTimeout(() => reject(new LabError('timeout')), ms); });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

function sleep(ms) {
  return new Promise((resolve) => { setTimeout(resolve, ms); });
}
