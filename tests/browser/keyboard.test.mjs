// 只用键盘也到得了每个按钮，看得见走到了哪里；读者的系统要求少动、高对比，就照做。

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { openBook } from './lib/book.mjs';

let book;
before(async () => { book = await openBook(); });
after(() => book.close());

for (const [page, theme] of [['ch01/std.html', 'rust'], ['ch02/exercises.html', 'navy'], ['ch01/hello.html', 'light']]) {
  test(`${page}：Tab 走遍每个按钮和链接，每一步都看得见`, async () => {
    const tab = await book.open(page, { theme });
    await tab.evaluate(() => {
      const stops = [...document.querySelectorAll('a[href], button, summary, input, [tabindex="0"]')]
        .filter((element) => element.checkVisibility({ visibilityProperty: true }) && element.getClientRects().length > 0 && element.tabIndex >= 0);
      stops.forEach((element, i) => { element.dataset.stop = String(i); });
    });
    const left = new Set(await tab.locator('[data-stop]').evaluateAll((all) => all.map((element) => element.dataset.stop)));
    const total = left.size;
    assert.ok(total > 30, `${total}`);
    for (let i = 0; i < total + 5; i += 1) {
      await tab.keyboard.press('Tab');
      const at = await tab.evaluate(() => {
        const element = document.activeElement;
        if (element === document.body) return null;
        const { outlineStyle, outlineWidth, outlineColor, color } = getComputedStyle(element);
        return { stop: element.dataset.stop, html: element.outerHTML.slice(0, 80), outline: `${outlineStyle} ${outlineWidth}`, clear: outlineColor === color };
      });
      if (at === null) break;
      assert.deepEqual({ outline: at.outline, clear: at.clear }, { outline: 'solid 2px', clear: true }, at.html);
      left.delete(at.stop);
    }
    const missed = await tab.evaluate((stops) => stops.map((stop) => document.querySelector(`[data-stop="${stop}"]`).outerHTML.slice(0, 80)), [...left]);
    assert.deepEqual(missed, []);
    await tab.context().close();
  });
}

test('第一下 Tab 就能跳到正文', async () => {
  const tab = await book.open('ch01/hello.html');
  await tab.keyboard.press('Tab');
  const link = tab.getByText('跳到正文');
  assert.equal(await link.evaluate((element) => document.activeElement === element && element.getBoundingClientRect().top >= 0), true);
  await tab.keyboard.press('Enter');
  await tab.keyboard.press('Tab');
  assert.equal(await tab.evaluate(() => document.activeElement.closest('main') !== null), true);
  await tab.context().close();
});

test('帮助、换颜色：键盘打开、选、关上', async () => {
  const tab = await book.open('ch01/hello.html');
  const help = tab.locator('#mdbook-help-popup');
  await tab.keyboard.press('?');
  assert.equal(await help.isVisible(), true);
  await tab.keyboard.press('Escape');
  assert.equal(await help.isVisible(), false);
  await tab.locator('#mdbook-theme-toggle').focus();
  await tab.keyboard.press('Enter');
  await tab.keyboard.press('End');
  await tab.keyboard.press('Enter');
  assert.equal(await tab.evaluate(() => document.documentElement.classList.contains('ayu')), true);
  await tab.keyboard.press('Escape');
  assert.equal(await tab.evaluate(() => document.activeElement.id), 'mdbook-theme-toggle');
  await tab.context().close();
});

test('不能左右滚动的代码框，Tab 不停；能滚动的才停', async () => {
  for (const width of [1280, 390]) {
    const tab = await book.open('ch01/hello.html', { width });
    await tab.waitForFunction(() => document.querySelector('main pre > code[tabindex]'));
    const wrong = await tab.evaluate(() => [...document.querySelectorAll('main pre > code')]
      .filter((code) => code.checkVisibility() && (code.scrollWidth > code.clientWidth) !== (code.tabIndex === 0)).length);
    assert.equal(wrong, 0, `${width}`);
    await tab.context().close();
  }
});

test('少动：没有一样东西在动', async () => {
  const tab = await book.open('ch01/hello.html', { reducedMotion: 'reduce' });
  const moving = await tab.evaluate(() => [...document.querySelectorAll('*')].filter((element) => {
    const { transitionDuration, animationDuration } = getComputedStyle(element);
    return [transitionDuration, animationDuration].some((text) => text.split(',').some((one) => parseFloat(one) > 0.001));
  }).map((element) => element.outerHTML.slice(0, 80)));
  assert.deepEqual(moving, []);
  // 目录收起来以后真的没有了：mdBook 靠动画结束的事件来藏。
  await tab.locator('#mdbook-sidebar-toggle').click();
  await tab.locator('#mdbook-sidebar').waitFor({ state: 'hidden' });
  await tab.context().close();
});

test('系统的高对比颜色：图用系统的颜色', async () => {
  const tab = await book.open('ch01/fd.html', { forcedColors: 'active', theme: 'navy' });
  const { text, canvas, label, box } = await tab.evaluate(() => {
    const probe = document.createElement('p');
    probe.style.cssText = 'color: CanvasText; background: Canvas';
    document.body.append(probe);
    const { color, backgroundColor } = getComputedStyle(probe);
    return {
      text: color, canvas: backgroundColor,
      label: getComputedStyle(document.querySelector('.drawing text')).fill,
      box: getComputedStyle(document.querySelector('.drawing .solid')).fill,
    };
  });
  assert.deepEqual([label, box], [text, canvas]);
  await tab.context().close();
});
