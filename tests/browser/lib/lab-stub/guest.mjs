// 测试面板用的假机器：三个会回显的终端，没有 Linux。方法和 lab/guest.mjs 的 Guest 一样。
// window.labStub 里写着要它怎样坏、它收到过什么。

const encoder = new TextEncoder();

export class Guest {
  count = 3;
  #listeners = [[], [], []];
  #lines = ['', '', ''];

  static async start({ load }) {
    const stub = (globalThis.labStub ??= {});
    await load('state.zst');
    const wasm = await load('v86.wasm');
    if (wasm.byteLength !== 1000) throw new Error(`v86.wasm 应该有 1000 字节，拿到 ${wasm.byteLength}`);
    if (stub.hang) await new Promise(() => {});
    if (stub.refuse) throw Object.assign(new Error(stub.refuse), { name: stub.refuseName ?? 'Error' });
    const guest = new Guest();
    stub.alive = (stub.alive ?? 0) + 1;
    stub.guest = guest;
    stub.resizes = [];
    return guest;
  }

  onData(terminal, callback) { this.#listeners[terminal].push(callback); }

  print(terminal, text) { this.#listeners[terminal].forEach((callback) => callback(encoder.encode(text))); }

  write(terminal, text) {
    for (const key of text) this.#press(terminal, key);
  }

  #press(terminal, key) {
    if (key === '\r' || key === '\n') {
      const line = this.#lines[terminal];
      this.#lines[terminal] = '';
      this.print(terminal, `\r\n${this.#answer(line)}$ `);
    } else if (key === '\x03') {
      this.#lines[terminal] = '';
      this.print(terminal, '^C\r\n$ ');
    } else {
      this.#lines[terminal] += key;
      this.print(terminal, key);
    }
  }

  #answer(line) {
    if (line.includes('hello_server')) return '新客户端：127.0.0.1:54640\r\n';
    if (line.includes('hello_client')) return 'Message from server: Hello World!\r\n';
    if (line === 'colours') {
      return [...Array(16).keys()].map((colour) => `\x1b[${colour < 8 ? 30 + colour : 82 + colour}m颜色${colour}\x1b[m `).join('') + '\r\n';
    }
    return line === '' ? '' : `敲了：${line}\r\n`;
  }

  async resize(terminal, cols, rows) { globalThis.labStub.resizes.push([terminal, cols, rows]); }

  async control() { return { status: 0, output: '' }; }

  async destroy() {
    globalThis.labStub.alive -= 1;
    this.#listeners = [[], [], []];
  }
}
