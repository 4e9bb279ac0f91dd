// 五个主题里，每一页、每一种状态的文字和图标都看得清。

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { openBook, pages } from './lib/book.mjs';
import { faint, THEMES } from './lib/contrast.mjs';
import { look, openSearch, until } from './lib/search.mjs';

let book;
before(async () => { book = await openBook(); });
after(() => book.close());

for (const page of [...pages(), 'ch01/没有这一页.html']) {
  test(`${page}：全部展开，看得清`, async () => {
    const tab = await book.open(page);
    await tab.evaluate(() => {
      for (const details of document.querySelectorAll('details')) details.open = true;
      for (const button of document.querySelectorAll('.tools [aria-expanded="false"]')) button.click();
    });
    await tab.keyboard.press('?');
    assert.deepEqual(await tab.evaluate(faint, THEMES), []);
    await tab.context().close();
  });
}

test('搜索的各种状态', async () => {
  const tab = await book.open('ch01/hello.html');
  await openSearch(tab);
  await tab.locator('#mdbook-searchresults-header').waitFor({ state: 'hidden' });
  assert.deepEqual(await tab.evaluate(faint, THEMES), [], '还没有敲字');
  await look(tab, '流量控制 是什么');
  assert.deepEqual(await tab.evaluate(faint, THEMES), [], '只有相近的');
  await tab.locator('#mdbook-searchbar').focus();
  await tab.keyboard.press('ArrowDown');
  assert.deepEqual(await tab.evaluate(faint, THEMES), [], '选中了一条');
  await look(tab, '量子纠缠');
  assert.deepEqual(await tab.evaluate(faint, THEMES), [], '一条也没有');
  await tab.context().close();
});

test('页面上的命中、换颜色的单子、▶ 的结果', async () => {
  const tab = await book.open(`ch01/std.html?highlight=${encodeURIComponent('服务器 listen')}`);
  await until(tab, () => document.querySelectorAll('#mdbook-content mark').length > 0);
  await tab.route('**://play.rust-lang.org/**', () => {}); // 一直不回答：按钮停在等的样子
  await tab.getByText('▶ 运行').click();
  await tab.locator('#mdbook-theme-toggle').click();
  for (const item of ['light', 'ayu']) {
    await tab.locator(`#mdbook-theme-${item}`).hover();
    assert.deepEqual(await tab.evaluate(faint, THEMES), []);
  }
  await tab.context().close();
});

test('没有 JavaScript，系统是深色', async () => {
  const tab = await book.open('ch01/hello.html', { javaScript: false, colorScheme: 'dark' });
  assert.deepEqual(await tab.evaluate(faint, ['light']), []);
  await tab.context().close();
});
