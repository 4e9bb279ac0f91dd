// 打印：白纸黑字，没有按钮，答案看得见，图不断开。

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { openBook } from './lib/book.mjs';

let book;
before(async () => { book = await openBook(); });
after(() => book.close());

for (const page of ['ch02/exercises.html', 'ch01/std.html', 'ch02/datagram.html', 'print.html']) {
  test(page, async () => {
    const tab = await book.open(undefined, { theme: 'navy' });
    await tab.addInitScript(() => {
      window.print = () => {}; // print.html 打开就要打印
      window.addEventListener('beforeprint', () => { window.announced = true; });
    });
    await tab.goto(book.url(page));
    await tab.pdf({ format: 'A4' }); // 真的印一遍，看浏览器发不发 beforeprint；印完又收起来了，下面再发一次来看
    await tab.emulateMedia({ media: 'print' });
    const found = await tab.evaluate(() => {
      const announced = window.announced;
      window.dispatchEvent(new Event('beforeprint'));
      const shown = (element) => element.checkVisibility() && element.getClientRects().length > 0;
      const { color } = getComputedStyle(document.querySelector('main p'));
      return {
        printed: announced,
        closed: document.querySelectorAll('main details:not([open])').length,
        buttons: [...document.querySelectorAll('button, .tools, nav, #mdbook-menu-bar')].filter(shown).map((element) => element.outerHTML.slice(0, 60)),
        colours: [color, getComputedStyle(document.documentElement).getPropertyValue('--bg').trim()],
        broken: [...document.querySelectorAll('figure.drawing, .terminal')].filter((figure) => getComputedStyle(figure).breakInside !== 'avoid').length,
        clipped: [...document.querySelectorAll('main pre > code')].filter((code) => getComputedStyle(code).overflowX !== 'visible').length,
      };
    });
    assert.deepEqual(found, {
      printed: true, closed: 0, buttons: [], colours: ['rgb(0, 0, 0)', '#fff'], broken: 0, clipped: 0,
    });
    await tab.evaluate(() => window.dispatchEvent(new Event('afterprint')));
    if (page.includes('exercises')) assert.ok(await tab.locator('main details:not([open])').count() > 0, '印完再收起来');
    await tab.context().close();
  });
}
