// 测试面板用的假演员：照着步骤敲，敲完就算等到了。方法和 lab/player.mjs 的 Player 一样。

export class Player {
  #session;
  #guest;
  #at = 0;
  #stop;
  #stopped = new Promise((resolve) => { this.#stop = resolve; });

  constructor(session, guest) {
    this.#session = session;
    this.#guest = guest;
  }

  async prepare() {
    for (const terminal of this.#session.terminals.keys()) await this.#guest.write(terminal, '\r');
  }

  async next() {
    const step = this.#session.steps[this.#at];
    if (!step) return false;
    this.#at += 1;
    const terminal = this.#session.terminals.indexOf(step.terminal);
    if (step.type !== undefined) await this.#guest.write(terminal, `${step.type}\r`);
    if (step.send !== undefined) await this.#guest.write(terminal, `${step.send}\r`);
    if (step.key === 'ctrl-c') await this.#guest.write(terminal, '\x03');
    if (step.until?.text === '永远等不到') throw new Error('等了 30 秒，“客户端”里没有出现“永远等不到”');
    if (globalThis.labStub.stuck) await this.#stopped;
    return true;
  }

  stop() { this.#stop(); }

  get transcripts() { return Object.fromEntries(this.#session.terminals.map((name) => [name, ''])); }
}
