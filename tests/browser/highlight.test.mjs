// theme/highlight.js 正是脚本生成的样子；里面只有书用到的语言。

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { TARGET, build } from './build-highlight.mjs';

test('theme/highlight.js 没有走样', async () => {
  assert.equal(readFileSync(TARGET, 'utf8'), await build(), '运行 npm run build-highlight 重新生成');
});

test('只有书里用到的语言', () => {
  const hljs = new Function(`${readFileSync(TARGET, 'utf8')};return hljs;`)();
  assert.deepEqual(hljs.listLanguages().sort(), ['console', 'rust']);
});
