// 无障碍：axe 在每一页、浅色和深色主题里都找不到毛病。

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';

import { openBook, pages } from './lib/book.mjs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let book;
before(async () => { book = await openBook(); });
after(() => book.close());

for (const theme of ['light', 'navy']) {
  for (const page of pages()) {
    test(`${theme} ${page}`, async () => {
      const tab = await book.open(page, { theme });
      await tab.evaluate(AXE);
      const { violations } = await tab.evaluate(() => window.axe.run(document));
      const told = violations.map((violation) => `${violation.id}（${violation.help}）\n`
        + violation.nodes.slice(0, 3).map((node) => `  ${node.html.slice(0, 160)}\n  ${node.failureSummary}`).join('\n'));
      assert.deepEqual(told, []);
      await tab.context().close();
    });
  }
}
