// 实验台的文件：点了才取，取过的留着（压缩的，几兆），关掉再开不用联网。

import { LabError } from './words.mjs';

/** 机器要的大文件；其余的是脚本和样式。 */
const MACHINE = ['state.zst', 'v86.wasm', 'sessions.json'];
const MODULES = ['v86.mjs', 'xterm.mjs', 'addon-fit.mjs', 'guest.mjs', 'player.mjs'];
const STYLES = ['xterm.css'];

export class Files {
  #base;
  #onProgress;
  #buffers = new Map();
  #modules = new Map();
  #failures = new Map();
  #loaded = new Map();
  #sizes = {};

  /**
   * @param {URL | string} base 实验台的文件夹，以 / 结尾
   * @param {(loaded: number, total: number) => void} onProgress 取到多少字节了；总数不知道时是 0
   */
  constructor(base, onProgress = () => {}) {
    this.#base = base;
    this.#onProgress = onProgress;
  }

  /** 换一个听进度的。 */
  set onProgress(callback) { this.#onProgress = callback; }

  /**
   * 取齐开机要的全部文件。取到过的不再取；有一个取不到就失败，下次从没取到的接着取。
   * @param {AbortSignal} signal 不要了
   * @returns {Promise<void>}
   */
  async all(signal) {
    if (Object.keys(this.#sizes).length === 0) {
      this.#sizes = (await this.json('machine.json', signal)).files ?? {};
    }
    await Promise.all([
      ...MACHINE.map((name) => this.load(name, signal)),
      ...MODULES.map((name) => this.module(name)),
      ...STYLES.map((name) => this.#style(name)),
    ]);
  }

  /**
   * 一个文件的内容。有压缩好的一份（名字加 .gz）就取那一份：不是每个网站都肯压缩 wasm。
   * @returns {Promise<ArrayBuffer>}
   * @throws {LabError} kind 是 download：网络断了、没有这个文件、没有取全
   */
  load(name, signal) {
    return this.#once(this.#buffers, name, () => this.#fetch(name, signal));
  }

  /** 实际取哪个文件。 */
  #source(name) {
    return Object.hasOwn(this.#sizes, `${name}.gz`) ? `${name}.gz` : name;
  }

  /** 一个 JSON 文件。 */
  async json(name, signal) {
    const text = new TextDecoder().decode(await this.load(name, signal));
    try {
      return JSON.parse(text);
    } catch (error) {
      this.#buffers.delete(name);
      throw new LabError('download', `${name} 不是完整的 JSON（${error.message}）`);
    }
  }

  /** 一个 ES 模块。有的浏览器记得失败过的网址，失败过就换一个再取。 */
  module(name) {
    return this.#once(this.#modules, name, async () => {
      const failures = this.#failures.get(name) ?? 0;
      try {
        const module = await import(new URL(failures ? `${name}?${failures}` : name, this.#base).href);
        this.#count(name, this.#sizes[name] ?? 0);
        return module;
      } catch (error) {
        this.#failures.set(name, failures + 1);
        throw new LabError('download', `${name}（${error.message}）`);
      }
    });
  }

  #style(name) {
    return this.#once(this.#modules, name, () => new Promise((resolve, reject) => {
      const link = document.createElement('link');
      link.rel = 'stylesheet';
      link.href = new URL(name, this.#base).href;
      link.onload = () => { this.#count(name, this.#sizes[name] ?? 0); resolve(); };
      link.onerror = () => { link.remove(); reject(new LabError('download', name)); };
      document.head.append(link);
    }));
  }

  /** 做过的不再做，没做成的忘掉。 */
  #once(done, name, work) {
    if (!done.has(name)) {
      const promise = work();
      done.set(name, promise);
      promise.catch(() => { if (done.get(name) === promise) done.delete(name); });
    }
    return done.get(name);
  }

  async #fetch(name, signal) {
    const source = this.#source(name);
    try {
      const response = await fetch(new URL(source, this.#base), { signal });
      if (!response.ok) throw new Error(`服务器的回答是 ${response.status}`);
      return await unpack(await this.#read(source, response));
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      this.#count(source, 0);
      throw new LabError('download', `${source}（${error.message}）`);
    }
  }

  async #read(name, response) {
    const parts = [];
    let length = 0;
    const reader = response.body.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      parts.push(value);
      length += value.length;
      this.#count(name, length);
    }
    // 服务器要是自己解了压，长度就不是文件的长度，由解压来发现取没取全。
    const expected = name.endsWith('.gz') ? undefined : this.#sizes[name];
    if (expected !== undefined && length !== expected) throw new Error(`应该有 ${expected} 字节，只取到 ${length}`);
    const whole = new Uint8Array(length);
    let at = 0;
    for (const part of parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole.buffer;
  }

  #count(name, bytes) {
    this.#loaded.set(name, bytes);
    const wanted = [...MACHINE.map((each) => this.#source(each)), ...MODULES, ...STYLES];
    const sum = (sizeOf) => wanted.reduce((total, each) => total + (sizeOf(each) ?? 0), 0);
    this.#onProgress(sum((each) => this.#loaded.get(each)), sum((each) => this.#sizes[each]));
  }
}

/** gzip 压缩过的解开，别的原样；有的服务器会替我们解开。 */
async function unpack(buffer) {
  const [first, second] = new Uint8Array(buffer, 0, Math.min(2, buffer.byteLength));
  if (first !== 0x1f || second !== 0x8b) return buffer;
  return new Response(new Blob([buffer]).stream().pipeThrough(new DecompressionStream('gzip'))).arrayBuffer();
}
