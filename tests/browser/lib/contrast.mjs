// 看得清吗：算每一处文字和它背后颜色的对比度（WCAG 2 的算法）。

/** 界面上的五个主题。 */
export const THEMES = ['light', 'rust', 'coal', 'navy', 'ayu'];

/**
 * 看得见的文字里，对比度不够的：['对比度 文字 选择器 颜色 / 底色', …]，每种说一次。在浏览器里运行。
 * 大字（24 像素，或 18.66 像素的粗体）和图标要 3，其余要 4.5。
 * @param {string[]} themes 换上这些主题，一个一个看
 */
export function faint(themes) {
  const parse = (text) => {
    const at = /^color\(srgb ([^)]*)\)/.exec(text);
    const numbers = (at ? at[1] : text.replace(/^[^(]*\(/, '')).match(/[\d.]+/g)?.map(Number) ?? [0, 0, 0, 0];
    const [r, g, b, a = 1] = at ? [...numbers.slice(0, 3).map((n) => n * 255), numbers[3] ?? 1] : numbers;
    return { r, g, b, a };
  };
  const over = (top, under) => ({
    r: top.r * top.a + under.r * (1 - top.a), g: top.g * top.a + under.g * (1 - top.a),
    b: top.b * top.a + under.b * (1 - top.a), a: 1,
  });
  const light = ({ r, g, b }) => [r, g, b].map((c) => c / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const ratio = (one, two) => {
    const [low, high] = [light(one), light(two)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  /** 元素背后的颜色，从最外层往里一层层叠上去。 */
  const behind = (element) => {
    const layers = [];
    for (let at = element; at; at = at.parentElement) layers.unshift(parse(getComputedStyle(at).backgroundColor));
    return layers.reduce((under, top) => over(top, under), { r: 255, g: 255, b: 255, a: 1 });
  };
  const opacity = (element) => {
    let value = 1;
    for (let at = element; at; at = at.parentElement) value *= Number(getComputedStyle(at).opacity);
    return value;
  };
  const shown = (element) => element.checkVisibility({ visibilityProperty: true }) && element.getClientRects().length > 0;
  const name = (element) => `${element.localName}${[...element.classList].map((c) => `.${c}`).join('')}`;
  const told = new Map();
  const look = (theme, element, colour, text, need, own = 1) => {
    const under = behind(element);
    const paint = parse(colour);
    const seen = over({ ...paint, a: paint.a * own * opacity(element) }, under);
    const value = ratio(seen, under);
    if (value >= need) return;
    const key = `${theme} ${name(element)}`;
    const rgb = ({ r, g, b }) => [r, g, b].map((c) => Math.round(c)).join(',');
    if (!told.has(key)) told.set(key, `${theme} ${value.toFixed(2)} “${text.trim().slice(0, 20)}” ${name(element.parentElement)} > ${name(element)} ${rgb(seen)} / ${rgb(under)}`);
  };
  const html = document.documentElement;
  const before = html.className;
  const still = document.createElement('style');
  still.textContent = '*, *::before, *::after { transition: none !important; animation: none !important; }';
  document.head.append(still);
  for (const theme of themes) {
    html.classList.remove('light', 'rust', 'coal', 'navy', 'ayu');
    html.classList.add(theme);
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const element = node.parentElement;
      if (!/[\p{L}\p{N}]/u.test(node.data) || ['SCRIPT', 'STYLE', 'TEMPLATE', 'NOSCRIPT', 'desc', 'title'].includes(element.nodeName)) continue;
      if (!shown(element)) continue;
      const style = getComputedStyle(element);
      const size = parseFloat(style.fontSize);
      const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
      look(theme, element, element.closest('svg') ? style.fill : style.color, node.data, large ? 3 : 4.5);
    }
    for (const icon of document.querySelectorAll('button svg, a svg, .blockquote-tag svg')) {
      if (shown(icon)) look(theme, icon.parentElement, getComputedStyle(icon.querySelector('path') ?? icon).fill, '图标', 3);
    }
    for (const box of document.querySelectorAll('input')) {
      const { color, opacity: own } = getComputedStyle(box, '::placeholder');
      if (shown(box) && box.placeholder) look(theme, box, color, box.placeholder, 4.5, Number(own));
    }
  }
  still.remove();
  html.className = before;
  return [...told.values()];
}
