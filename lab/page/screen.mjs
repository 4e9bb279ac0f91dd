// 一个终端的屏幕：xterm.js 外面薄薄的一层。颜色和字体跟着页面走。

/** 十六种颜色，浅底和深底各一套；够不够清楚，由 minimumContrastRatio 兜底。 */
const ANSI = {
  light: {
    black: '#24292e', red: '#b31d28', green: '#176f2c', yellow: '#735c0f',
    blue: '#0550ae', magenta: '#6f42c1', cyan: '#1b6f7a', white: '#57606a',
    brightBlack: '#57606a', brightRed: '#a40e26', brightGreen: '#116329', brightYellow: '#633c01',
    brightBlue: '#0969da', brightMagenta: '#8250df', brightCyan: '#1b7c83', brightWhite: '#24292e',
  },
  dark: {
    black: '#3b4252', red: '#ff7b72', green: '#7ee787', yellow: '#e3b341',
    blue: '#79c0ff', magenta: '#d2a8ff', cyan: '#76e3ea', white: '#c9d1d9',
    brightBlack: '#8b949e', brightRed: '#ffa198', brightGreen: '#aff5b4', brightYellow: '#f2cc60',
    brightBlue: '#a5d6ff', brightMagenta: '#e2c5ff', brightCyan: '#b3f0ff', brightWhite: '#f0f6fc',
  },
};

const SCROLLBACK = 2000;

/** 'rgb(1, 2, 3)' 亮不亮，0 到 1。 */
export function brightness(colour) {
  const [red = 0, green = 0, blue = 0] = (colour.match(/[\d.]+/g) ?? []).map(Number);
  return (0.299 * red + 0.587 * green + 0.114 * blue) / 255;
}

/** 按页面现在的主题配一套颜色。box 的前景、背景就是终端的，它的 border-color 是光标的。 */
function themeOf(box) {
  const { color, backgroundColor, outlineColor } = getComputedStyle(box);
  const dark = brightness(backgroundColor) < 0.5;
  return {
    ...ANSI[dark ? 'dark' : 'light'],
    foreground: color,
    background: backgroundColor,
    cursor: outlineColor,
    cursorAccent: backgroundColor,
    selectionBackground: dark ? '#ffffff40' : '#00000030',
  };
}

export class Screen {
  #terminal;
  #fit;
  #box;

  /**
   * @param {{Terminal: Function, FitAddon: Function}} library xterm.js
   * @param {HTMLElement} box 放在哪个元素里
   * @param {{name: string, onKeys: (text: string) => void, onFocus: () => void, onLeave: () => void,
   *   onCopy: (text: string) => void, still: boolean}} options
   *   onLeave：读者按 Esc 要离开终端；still：光标不闪
   */
  constructor({ Terminal, FitAddon }, box, { name, onKeys, onFocus, onLeave, onCopy, still }) {
    this.#box = box;
    Terminal.strings.promptLabel = '终端里输入';
    Terminal.strings.tooMuchOutput = '输出太多，读不过来，请到终端里逐行看';
    const { fontFamily, fontSize } = getComputedStyle(box);
    this.#terminal = new Terminal({
      fontFamily,
      fontSize: Number.parseFloat(fontSize),
      lineHeight: 1.2,
      scrollback: SCROLLBACK,
      cursorBlink: !still,
      minimumContrastRatio: 4.5,
      screenReaderMode: true,
      theme: themeOf(box),
    });
    this.#fit = new FitAddon();
    this.#terminal.loadAddon(this.#fit);
    this.#terminal.open(box);
    const { textarea } = this.#terminal;
    textarea.setAttribute('aria-label', `终端：${name}。按 Esc 离开`);
    textarea.addEventListener('focus', onFocus);
    this.#listenToDictation(textarea, onKeys);
    this.#terminal.onData(onKeys);
    this.#terminal.attachCustomKeyEventHandler((event) => this.#mayHave(event, { onLeave, onCopy }));
  }

  /** 语音、手写、表情不经过按键。为读屏留着文字（screenReaderMode）时 xterm.js 不收它们，这里收。 */
  #listenToDictation(textarea, onKeys) {
    let pressed = false;
    textarea.addEventListener('keydown', () => { pressed = true; }, true);
    textarea.addEventListener('keyup', () => { pressed = false; }, true);
    textarea.addEventListener('input', ({ inputType, data, isComposing }) => {
      if (inputType === 'insertText' && data && !isComposing && !pressed) onKeys(data);
    }, true);
  }

  /** 这个键归终端（true），还是归浏览器和页面（false）。 */
  #mayHave(event, { onLeave, onCopy }) {
    const { key, type } = event;
    const control = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
    // vi 之类占着整个屏幕的程序要用 Esc，别的时候 Esc 是离开。
    if (key === 'Escape' && this.#terminal.buffer.active.type === 'normal') {
      if (type === 'keydown') onLeave();
      return false;
    }
    if (control && key.toLowerCase() === 'v') return false; // 浏览器会粘贴
    if (control && key.toLowerCase() === 'c' && this.#terminal.hasSelection()) {
      if (type === 'keydown') {
        event.preventDefault();
        onCopy(this.#terminal.getSelection());
        this.#terminal.clearSelection();
      }
      return false;
    }
    return true;
  }

  /** 机器打印的字节。 */
  write(bytes) { this.#terminal.write(bytes); }

  /** 粘贴一段文字，和读者敲的一样送去。 */
  paste(text) { this.#terminal.paste(text); }

  focus() { this.#terminal.focus(); }

  /** 清空屏幕和滚上去的。 */
  reset() { this.#terminal.reset(); }

  /** 占满所在的元素；返回现在几列几行，元素看不见时返回 null。 */
  fit() {
    const size = this.#fit.proposeDimensions();
    if (!size || !Number.isFinite(size.cols) || !Number.isFinite(size.rows)) return null;
    const { cols, rows } = this.#terminal;
    if (cols !== size.cols || rows !== size.rows) this.#terminal.resize(size.cols, size.rows);
    return { cols: this.#terminal.cols, rows: this.#terminal.rows };
  }

  /** 主题换了。 */
  recolour() { this.#terminal.options.theme = themeOf(this.#box); }

  /** 选中的文字；没选就是空。 */
  get selection() { return this.#terminal.getSelection(); }

  /** 屏幕上和滚上去的全部文字，折行的接回一行，末尾的空行去掉。 */
  get text() {
    const buffer = this.#terminal.buffer.active;
    const lines = [];
    for (let row = 0; row < buffer.length; row += 1) {
      const line = buffer.getLine(row);
      const text = line.translateToString(true);
      if (line.isWrapped && lines.length > 0) lines.push(lines.pop() + text);
      else lines.push(text);
    }
    return lines.join('\n').trimEnd();
  }

  dispose() { this.#terminal.dispose(); }
}
