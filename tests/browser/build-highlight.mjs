// 生成 theme/highlight.js：highlight.js 的核心，加上书里用到的语言。
// 用法：npm run build-highlight（在 tests/browser 里）。highlight.test.mjs 核对它没有走样。

import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { minify } from 'terser';

const here = dirname(fileURLToPath(import.meta.url));
const library = join(here, 'node_modules/highlight.js');
export const TARGET = join(here, '../../theme/highlight.js');

/** 把一个 CommonJS 文件变成表达式。 */
function wrap(file) {
  const source = readFileSync(join(library, 'lib', file), 'utf8');
  return `(function(){var module={exports:{}};${source};return module.exports})()`;
}

/** 生成的内容。版本和 mdBook 0.5.4 自带的一样，book.js 才认得。 */
export async function build() {
  const { version } = JSON.parse(readFileSync(join(library, 'package.json'), 'utf8'));
  // 不认得的语言会在控制台里报警；终端记录登记成一种什么都不做的语言，上色由 ui.js 管。
  const source = `var hljs=${wrap('core.js')};`
    + `hljs.registerLanguage('rust',${wrap('languages/rust.js')});`
    + "hljs.registerLanguage('console',function(){return{name:'console'}});";
  const { code } = await minify(source, { compress: true, mangle: true });
  return `/* highlight.js ${version}（BSD-3-Clause，https://highlightjs.org），只留核心和 rust。由 tests/browser/build-highlight.mjs 生成。 */\n${code}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(TARGET, await build());
}
