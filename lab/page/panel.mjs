// 实验台的面板：只管样子和按钮，不认得机器，也不认得会话。
// 停靠在窗口下边；手机上占满屏幕。终端宽得下就并排，宽不下就分页。

import { Screen } from './screen.mjs';

/** 和 lab.css 里的一样。 */
const FULL = '(max-width: 640px), (max-height: 440px)';
/** 并排时一个终端至少这么宽。 */
const NARROWEST = 400;
const LOWEST = 180;
/** 没有拖过时，占窗口的几成。 */
const SHARE = 0.46;
const STEP = 32;
const REMEMBERED = 'lab-height';

/** 造一个元素。props 里 on… 是事件，其余是属性；false 的不写。 */
function make(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (value !== false) element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

function button(label, title, onclick, props = {}) {
  return make('button', { type: 'button', title, onclick, ...props }, label);
}

export class Panel {
  /** 整个面板。 */
  element;
  #parts = {};
  #screens = [];
  #names = [];
  #active = 0;
  #handlers;
  #full = matchMedia(FULL);
  #still = matchMedia('(prefers-reduced-motion: reduce)');
  #watchers = [];
  #frame = 0;

  /**
   * @param {{title: string, note: string, handlers: object}} options
   *   note：这个会话在实验台里有什么不同，没有就是空。
   *   handlers：next、all、mine、again、close 没有参数；keys(terminal, text) 是读者敲的；
   *   resized(terminal, {cols, rows}) 是终端换了大小；copy(text) 返回 Promise<boolean>。
   */
  constructor({ title, note, handlers }) {
    this.#handlers = handlers;
    const parts = this.#parts;
    parts.grip = make('div', {
      class: 'lab-grip', role: 'separator', tabindex: '0', 'aria-orientation': 'horizontal',
      'aria-label': '实验台的高度', title: '拖动，或者用上下键，改变高度',
      onpointerdown: (event) => this.#drag(event), onkeydown: (event) => this.#nudge(event),
    });
    parts.status = make('p', { class: 'lab-status', role: 'status', 'aria-atomic': 'true' });
    parts.next = button('下一步', '自动敲下一步，等到该等的事', () => handlers.next(), { class: 'lab-main' });
    parts.all = button('全部运行', '一步接一步，自动走完', () => handlers.all());
    parts.mine = button('我来敲', '剩下的步骤不走了，终端归我', () => handlers.mine());
    parts.go = make('div', { class: 'lab-go', hidden: true }, parts.next, parts.all, parts.mine);
    parts.copy = button('复制', '复制选中的文字；没有选就复制整个终端', () => this.#copy());
    parts.paste = button('粘贴', '把剪贴板里的文字送进终端', () => this.#paste());
    parts.tools = make(
      'div',
      { class: 'lab-tools', role: 'toolbar', 'aria-label': '终端的按键' },
      this.#key('Ctrl-C', '中断正在运行的程序', '\x03'),
      this.#key('Ctrl-D', '告诉程序输入到此为止', '\x04'),
      this.#key('Tab', '补全', '\t', 'lab-touch'),
      this.#key('↑', '上一条命令', '\x1b[A', 'lab-touch'),
      parts.copy,
      parts.paste,
      parts.again = button('重来', '换一台刚开机的机器，从第一步开始', () => handlers.again()),
    );
    parts.hint = make('p', { class: 'lab-hint', role: 'status', hidden: true });
    parts.tabs = make('div', { class: 'lab-tabs', role: 'tablist', 'aria-label': '终端', hidden: true });
    parts.terminals = make('div', { class: 'lab-terminals', hidden: true });
    parts.progress = make('progress', { 'aria-label': '取文件的进度' });
    parts.amount = make('span', { class: 'lab-amount' });
    parts.waiting = make('div', { class: 'lab-waiting' }, parts.progress, parts.amount);
    parts.trouble = make('div', { class: 'lab-trouble', role: 'alert', hidden: true });
    parts.close = button('关闭', '关掉实验台（Esc）', () => handlers.close(), { class: 'lab-close' });
    this.element = make(
      'section',
      {
        id: 'lab', class: 'lab', tabindex: '-1', 'aria-label': '实验台',
        onkeydown: (event) => this.#keydown(event), ontouchstart: stop, ontouchmove: stop,
      },
      parts.grip,
      parts.head = make('div', { class: 'lab-head' }, make('h2', {}, '实验台', make('span', {}, title)), parts.tools, parts.close),
      make('div', { class: 'lab-steps' }, parts.status, parts.go),
      note ? make('p', { class: 'lab-note' }, make('b', {}, '与书上不同：'), note) : null,
      parts.hint,
      parts.trouble,
      make('div', { class: 'lab-body' }, parts.waiting, parts.tabs, parts.terminals),
    );
    this.#enable(false);
  }

  // ───── 开和关 ─────

  /** 放到页面上，把焦点接过来。 */
  show() {
    document.body.append(this.element);
    const onWindow = () => { this.#setHeight(remembered() ?? innerHeight * SHARE); this.#layout(); };
    onWindow();
    this.#watch(window, 'resize', onWindow);
    this.#watch(this.#full, 'change', onWindow);
    if (window.visualViewport) this.#watch(window.visualViewport, 'resize', () => this.#layout());
    const theme = new MutationObserver(() => this.#screens.forEach((screen) => screen.recolour()));
    theme.observe(document.documentElement, { attributes: true, attributeFilter: ['class'] });
    const size = new ResizeObserver(() => this.#layout());
    size.observe(this.#parts.terminals);
    this.#watchers.push(() => theme.disconnect(), () => size.disconnect());
    this.element.focus({ preventScroll: true });
  }

  /** 从页面上拿掉，正文恢复原样。 */
  destroy() {
    cancelAnimationFrame(this.#frame);
    this.#watchers.forEach((stopWatching) => stopWatching());
    this.clearTerminals();
    this.element.remove();
    this.#page(false);
    document.documentElement.style.removeProperty('--lab-dock');
  }

  /** 焦点还在面板里。 */
  get focused() { return this.element.contains(document.activeElement); }

  get still() { return this.#still.matches; }

  // ───── 状态 ─────

  /** 正在取文件：text 是状态，amount 是取了多少；比例不知道时进度条来回走。 */
  loading(text, amount = '', loaded = 0, total = 0) {
    const { waiting, progress, terminals, tabs, trouble, go } = this.#parts;
    waiting.hidden = false;
    trouble.hidden = true;
    terminals.hidden = true;
    tabs.hidden = true;
    go.hidden = true;
    this.#enable(false);
    this.hint('');
    this.#parts.amount.textContent = amount;
    if (total > 0) {
      progress.max = total;
      progress.value = Math.min(loaded, total);
    } else {
      progress.removeAttribute('value');
    }
    this.say(text);
  }

  /** 机器好了，终端摆上去，量得出大小；幕布还没有拉开。 */
  stage() {
    const { waiting, terminals, trouble } = this.#parts;
    waiting.hidden = true;
    trouble.hidden = true;
    terminals.hidden = false;
    terminals.classList.add('lab-curtain');
    this.#layout();
    this.fit();
  }

  /** 可以用了。 */
  ready() {
    this.#parts.terminals.classList.remove('lab-curtain');
    this.#enable(true);
  }

  /** 状态栏里的一句话；code 是照敲的那一行，more 接在它后面。 */
  say(text, code = '', more = '') {
    const { status } = this.#parts;
    const key = [text, code, more].join('\0');
    if (status.dataset.said === key) return; // 读屏不要念两遍
    status.dataset.said = key;
    status.replaceChildren(text, ...(code ? [' ', make('code', {}, code)] : []), more);
  }

  /**
   * 走步骤的两个按钮。
   * @param {'choose' | 'stepping' | 'playing' | 'none'} mode 等读者选；正在走一步；正在自动走完；没有步骤了
   */
  steps(mode) {
    const { go, next, all } = this.#parts;
    const held = go.contains(document.activeElement);
    const parked = document.activeElement === this.element;
    next.disabled = mode !== 'choose';
    all.disabled = mode === 'stepping';
    all.textContent = mode === 'playing' ? '停一停' : '全部运行';
    all.title = mode === 'playing' ? '走完这一步就停下' : '一步接一步，自动走完';
    go.hidden = mode === 'none';
    // 按钮一旦不能按，浏览器就把焦点丢了：先放在面板上，能按了再还回来。
    if ((held || parked) && mode === 'none') this.focusTerminal({ gently: true });
    else if (held && mode === 'playing') all.focus({ preventScroll: true });
    else if (held && mode === 'stepping') this.element.focus({ preventScroll: true });
    else if (parked && mode === 'choose') next.focus({ preventScroll: true });
  }

  /** 出了事。retry 是“再试一次”要做的，没有就不给按钮；machine 说机器还在不在。 */
  trouble({ title, advice, detail }, { retry = null, machine = false } = {}) {
    const { trouble, waiting } = this.#parts;
    waiting.hidden = true;
    if (!machine) {
      this.#parts.terminals.hidden = true;
      this.#parts.tabs.hidden = true;
      this.#parts.go.hidden = true;
      this.#enable(false);
    }
    trouble.hidden = false;
    trouble.replaceChildren(make('p', {}, make('b', {}, `${title}。`), advice));
    if (detail) trouble.append(make('p', { class: 'lab-detail' }, detail));
    if (retry) {
      const again = button('再试一次', '', retry, { class: 'lab-main' });
      trouble.append(again);
      if (this.focused) again.focus({ preventScroll: true });
    }
    if (!machine) this.say('');
  }

  // ───── 终端 ─────

  /** 按名字摆好终端。 */
  setTerminals(names, library) {
    this.clearTerminals();
    this.#names = names;
    const { tabs, terminals } = this.#parts;
    names.forEach((name, index) => {
      const box = make('div', { class: 'lab-screen' });
      terminals.append(make(
        'div',
        { class: 'lab-pane', id: `lab-pane-${index}` },
        names.length > 1 ? make('p', { class: 'lab-name', 'aria-hidden': 'true' }, name) : null,
        box,
      ));
      tabs.append(make('button', {
        type: 'button', role: 'tab', id: `lab-tab-${index}`, 'aria-controls': `lab-pane-${index}`,
        onclick: () => { this.activate(index); this.focusTerminal(); },
        onkeydown: (event) => this.#moveTab(event, index),
      }, name));
      this.#screens.push(new Screen(library, box, {
        name,
        still: this.still,
        onKeys: (text) => this.#handlers.keys(index, text),
        onFocus: () => this.activate(index),
        onLeave: () => this.#leaveTerminal(),
        onCopy: (text) => this.#handlers.copy(text),
      }));
    });
    this.activate(0);
  }

  clearTerminals() {
    this.#screens.forEach((screen) => screen.dispose());
    this.#screens = [];
    this.#parts.terminals.replaceChildren();
    this.#parts.tabs.replaceChildren();
  }

  /** 机器在第 index 个终端打印的字节。 */
  write(index, bytes) { this.#screens[index]?.write(bytes); }

  /** 第 index 个终端上的文字。 */
  textOf(index) { return this.#screens[index]?.text ?? ''; }

  /** 把第 index 个终端放到眼前；按键和复制对着它。 */
  activate(index) {
    this.#active = index;
    const { tabs, terminals } = this.#parts;
    [...terminals.children].forEach((pane, each) => pane.classList.toggle('lab-active', each === index));
    [...tabs.children].forEach((tab, each) => {
      tab.setAttribute('aria-selected', String(each === index));
      tab.tabIndex = each === index ? 0 : -1;
    });
  }

  /** 光标进终端。触屏上会弹出键盘，所以只在读者用键盘或鼠标时这样做。 */
  focusTerminal({ gently = false } = {}) {
    if (gently && matchMedia('(pointer: coarse)').matches) this.element.focus({ preventScroll: true });
    else this.#screens[this.#active]?.focus();
  }

  /** 量一遍终端的大小，变了的告诉机器。 */
  fit() {
    this.#screens.forEach((screen, index) => {
      const size = screen.fit();
      if (size) this.#handlers.resized(index, size);
    });
  }

  // ───── 里面的事 ─────

  #watch(target, event, callback) {
    target.addEventListener(event, callback);
    this.#watchers.push(() => target.removeEventListener(event, callback));
  }

  /** 一个按键的按钮。按它不抢走终端的焦点，触屏的键盘也就不会收起来。 */
  #key(label, title, text, className = '') {
    return button(label, title, () => this.#handlers.keys(this.#active, text), {
      class: `lab-key ${className}`.trim(), onmousedown: (event) => event.preventDefault(),
    });
  }

  #enable(on) {
    if (!on && this.#parts.tools.contains(document.activeElement)) this.element.focus({ preventScroll: true });
    for (const each of this.#parts.tools.querySelectorAll('button')) each.disabled = !on;
  }

  async #copy() {
    const screen = this.#screens[this.#active];
    const done = await this.#handlers.copy(screen.selection || screen.text);
    this.#flash(this.#parts.copy, '复制', done ? '已复制' : '复制不了');
  }

  async #paste() {
    try {
      this.#screens[this.#active].paste(await navigator.clipboard.readText());
      this.hint('');
      this.focusTerminal();
    } catch {
      this.hint('浏览器不让网页读剪贴板。把光标放进终端，按 Ctrl-V；手机上长按，再选粘贴。');
    }
  }

  /** 一句提醒，下一句来时换掉。 */
  hint(text) {
    this.#parts.hint.textContent = text;
    this.#parts.hint.hidden = text === '';
  }

  #flash(element, label, said) {
    element.textContent = said;
    setTimeout(() => { element.textContent = label; }, 1500);
  }

  #leaveTerminal() {
    const { go, next, close } = this.#parts;
    (go.hidden || next.disabled ? close : next).focus({ preventScroll: true });
  }

  #keydown(event) {
    if (event.key === 'Escape' && !event.defaultPrevented && !event.target.closest('.lab-screen')) {
      event.preventDefault();
      this.#handlers.close();
    } else if (event.key === 'Tab' && this.#full.matches) {
      this.#keepInside(event);
    }
    // 翻页、搜索的快捷键是正文的，别让它们听见。
    event.stopPropagation();
  }

  /** 占满屏幕时，Tab 在面板里转。 */
  #keepInside(event) {
    const stops = [...this.element.querySelectorAll('button, textarea, [tabindex="0"]')]
      .filter((each) => !each.disabled && each.tabIndex >= 0 && each.checkVisibility({ visibilityProperty: true }));
    const [first, last] = [stops[0], stops.at(-1)];
    const from = document.activeElement;
    if (event.shiftKey ? from === first || from === this.element : from === last) {
      event.preventDefault();
      (event.shiftKey ? last : first)?.focus();
    }
  }

  #moveTab(event, index) {
    const to = { ArrowLeft: index - 1, ArrowRight: index + 1, Home: 0, End: this.#names.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    this.activate((to + this.#names.length) % this.#names.length);
    this.#parts.tabs.children[this.#active].focus();
  }

  // ───── 大小 ─────

  #drag(event) {
    const { grip } = this.#parts;
    event.preventDefault();
    grip.setPointerCapture(event.pointerId);
    let height = this.element.offsetHeight;
    const move = ({ clientY }) => { height = this.#setHeight(innerHeight - clientY); };
    const end = () => {
      grip.removeEventListener('pointermove', move);
      grip.removeEventListener('lostpointercapture', end);
      remember(height);
    };
    grip.addEventListener('pointermove', move);
    grip.addEventListener('lostpointercapture', end);
  }

  #nudge(event) {
    const now = this.element.offsetHeight;
    const to = { ArrowUp: now + STEP, ArrowDown: now - STEP, Home: Infinity, End: LOWEST }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    remember(this.#setHeight(to));
  }

  /** 定下高度，返回实际定了多少。刚定完量不准：主题里的样式可能让它慢慢变。 */
  #setHeight(wanted) {
    const highest = Math.max(LOWEST, innerHeight - 80);
    const height = Math.round(Math.min(highest, Math.max(LOWEST, wanted)));
    this.element.style.setProperty('--lab-height', `${height}px`);
    const { grip } = this.#parts;
    grip.setAttribute('aria-valuemin', LOWEST);
    grip.setAttribute('aria-valuemax', highest);
    grip.setAttribute('aria-valuenow', height);
    grip.setAttribute('aria-valuetext', `${height} 像素`);
    // 正文、目录和翻页的箭头让出这么高，见 lab.css。
    document.documentElement.style.setProperty('--lab-dock', this.#full.matches ? '0px' : `${height}px`);
    return height;
  }

  #layout() {
    const { terminals, tabs, tools, head, close } = this.#parts;
    const full = this.#full.matches;
    // 手机上按键挨着键盘，别处在标题旁边。
    const home = full ? this.element : head;
    if (tools.parentElement !== home) home.insertBefore(tools, full ? null : close);
    this.element.classList.toggle('lab-full', full);
    this.element.setAttribute('role', full ? 'dialog' : 'region');
    if (full) {
      this.element.setAttribute('aria-modal', 'true');
      // 屏幕上的键盘弹出来时，只占键盘上面的一块。
      const { height = innerHeight, offsetTop = 0 } = window.visualViewport ?? {};
      this.element.style.setProperty('--lab-view', `${height}px`);
      this.element.style.setProperty('--lab-top', `${offsetTop}px`);
    } else {
      this.element.removeAttribute('aria-modal');
    }
    this.#page(full);
    const count = this.#names.length;
    const paged = count > 1 && this.element.clientWidth / count < NARROWEST;
    this.element.classList.toggle('lab-paged', paged);
    tabs.hidden = !paged || terminals.hidden;
    [...terminals.children].forEach((pane, index) => {
      pane.setAttribute('role', paged ? 'tabpanel' : 'group');
      pane.setAttribute('aria-label', `终端：${this.#names[index]}`);
    });
    cancelAnimationFrame(this.#frame);
    if (!terminals.hidden) this.#frame = requestAnimationFrame(() => this.fit());
  }

  /** 占满屏幕时，下面的正文碰不到。 */
  #page(covered) {
    for (const each of document.body.children) {
      if (each !== this.element && each.id.startsWith('mdbook-')) each.inert = covered;
    }
    document.documentElement.classList.toggle('lab-covers', covered);
  }
}

function stop(event) { event.stopPropagation(); }

/** 上次拖到的高度；浏览器不让存就算了。 */
function remembered() {
  try {
    return Number(localStorage.getItem(REMEMBERED)) || null;
  } catch {
    return null;
  }
}

function remember(height) {
  try {
    localStorage.setItem(REMEMBERED, String(height));
  } catch { /* 不让存，下次就用默认的高度 */ }
}
