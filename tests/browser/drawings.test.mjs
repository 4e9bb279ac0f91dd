// 图在浏览器里真的看得清：样式用得上，字不出界、不重叠，手机上也够大。

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { openBook, pages } from './lib/book.mjs';

let book;
before(async () => { book = await openBook(); });
after(() => book.close());

/** 一页里每幅图的毛病：['图的名字：哪里不对', …]。在浏览器里运行。 */
function faults() {
  const found = [];
  for (const figure of document.querySelectorAll('figure.drawing')) {
    const svg = figure.querySelector('svg');
    const add = (text) => found.push(`${figure.dataset.drawing}：${text}`);
    for (const part of ['title', 'desc']) {
      if (!svg.querySelector(part)?.textContent.trim()) add(`没有 <${part}>`);
    }
    const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
    const edge = svg.viewBox.baseVal;
    const texts = [...svg.querySelectorAll('text')].map((text) => ({ text, words: text.textContent, box: text.getBBox() }));
    texts.forEach(({ text, words, box }, i) => {
      const size = parseFloat(getComputedStyle(text).fontSize) * scale;
      if (size < 12) add(`“${words}”只有 ${size.toFixed(1)} 像素`);
      if (box.x < edge.x || box.y < edge.y || box.x + box.width > edge.x + edge.width || box.y + box.height > edge.y + edge.height) {
        add(`“${words}”出了界`);
      }
      for (const other of texts.slice(i + 1)) {
        // 行高里有空，上下叠两个像素不算。
        const across = Math.min(box.x + box.width, other.box.x + other.box.width) - Math.max(box.x, other.box.x);
        const down = Math.min(box.y + box.height, other.box.y + other.box.height) - Math.max(box.y, other.box.y);
        if (across > 1 && down > 4) add(`“${words}”和“${other.words}”叠在一起`);
      }
    });
    for (const shape of svg.querySelectorAll('path, rect, circle')) {
      const { fill, stroke } = getComputedStyle(shape);
      if (fill === 'none' && stroke === 'none') add(`看不见的 ${shape.outerHTML}`);
      if (fill === 'rgb(0, 0, 0)') add(`没有样式，黑成一块的 ${shape.outerHTML}`);
    }
  }
  return found;
}

const drawn = [];
for (const page of pages()) {
  test(`${page} 的图`, async () => {
    for (const [theme, width] of [['navy', 1280], ['light', 390]]) {
      const tab = await book.open(page, { theme, width });
      const names = await tab.locator('figure.drawing').evaluateAll((figures) => figures.map((figure) => figure.dataset.drawing));
      if (width === 390) drawn.push(...names);
      // 浅色主题的字就是黑的，黑成一块只在深色里看得出来。
      const found = (await tab.evaluate(faults)).filter((fault) => theme === 'navy' || !fault.includes('黑成一块'));
      assert.deepEqual(found, [], `${theme} ${width}`);
      await tab.context().close();
    }
  });
}

test('该有的图都在', () => {
  for (const name of ['ch01/hello', 'ch01/listen_no_accept', 'ch02/tcp', 'ch02/step_one_byte', 'ch02/step_all', 'ch02/udp',
    'fd-table', 'flow-control', 'boundary', 'socket-args']) assert.ok(drawn.includes(name), name);
});

test('样式里没有漏掉的花括号：每条规则都在最外层', async () => {
  const tab = await book.open('ch01/fd.html');
  const nested = await tab.evaluate(() => [...document.styleSheets].filter((sheet) => /theme\/book/.test(sheet.href))
    .flatMap((sheet) => [...sheet.cssRules]).filter((rule) => rule instanceof CSSStyleRule && rule.cssRules.length > 0)
    .map((rule) => `${rule.selectorText} 里面套着 ${rule.cssRules[0].cssText}`));
  assert.deepEqual(nested, []);
  await tab.context().close();
});
