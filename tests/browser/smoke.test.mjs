// 每一页都打得开：没有控制台消息，没有外部请求，没有取不到的文件。

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { openBook, pages } from './lib/book.mjs';

let book;
before(async () => { book = await openBook(); });
after(() => book.close());

for (const page of pages()) {
  test(`${page} 打得开，安安静静`, async () => {
    const tab = await book.open(page);
    await tab.waitForLoadState('networkidle');
    assert.deepEqual(tab.messages, [], '控制台里没有话');
    const outside = tab.requests.filter((url) => !url.startsWith(book.server.url));
    assert.deepEqual(outside, [], '没有外部请求');
    await tab.context().close();
  });
}
