// 无障碍：axe 在每一页、浅色和深色主题里都找不到毛病。五个主题都跑：AXE_THEMES=light,rust,coal,navy,ayu（慢）。

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';

import { openBook, pages } from './lib/book.mjs';
import { look, openSearch } from './lib/search.mjs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let book;
before(async () => { book = await openBook(); });
after(() => book.close());

const themes = process.env.AXE_THEMES?.split(',') ?? ['light', 'navy'];

for (const theme of themes) {
  for (const page of [...pages(), 'ch01/没有这一页.html']) {
    test(`${theme} ${page}`, async () => {
      const tab = await book.open(page, { theme });
      await tab.evaluate(() => document.querySelectorAll('details').forEach((details) => { details.open = true; }));
      await tab.evaluate(AXE);
      const { violations } = await tab.evaluate(() => window.axe.run(document));
      const told = violations.map((violation) => `${violation.id}（${violation.help}）\n`
        + violation.nodes.slice(0, 3).map((node) => `  ${node.html.slice(0, 160)}\n  ${node.failureSummary}`).join('\n'));
      assert.deepEqual(told, []);
      await tab.context().close();
    });
  }
}

test('搜索开着的时候', async () => {
  const tab = await book.open('ch01/windows.html');
  await openSearch(tab);
  await look(tab, '流量控制');
  await tab.evaluate(AXE);
  const { violations } = await tab.evaluate(() => window.axe.run(document));
  assert.deepEqual(violations.map(({ id, nodes }) => `${id} ${nodes[0].html}`), []);
  await tab.context().close();
});
