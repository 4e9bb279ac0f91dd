// 告诉每一页：实验台在哪里、要取多少、哪些会话有例外。lab/build 的最后一步：
//
//     node lab/page/head.mjs src/lab/HASH > theme/head.hbs
//
// 有这个文件，页面才有实验台的按钮；没有它，书照旧。

import { readFileSync, readdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

/** 服务器会压缩的那些；别的原样送。 */
const COMPRESSED = /\.(mjs|css|json|wasm)$/;

/**
 * theme/head.hbs 的内容。
 * @param {{folder: string, bytes: number, sessions: object}} lab 文件夹的名字；总共要取的字节；sessions.json 的内容
 */
export function head({ folder, bytes, sessions }) {
  const notes = Object.fromEntries(Object.entries(sessions).flatMap(([name, { lab }]) => (lab ? [[name, lab]] : [])));
  return `<meta name="lab" content="{{ path_to_root }}lab/${folder}/" data-bytes="${bytes}" data-notes="${escape(JSON.stringify(notes))}">\n`;
}

/** 写进 HTML 属性，也不让 handlebars 当成自己的。 */
function escape(text) {
  return text.replace(/[&"<>{}]/g, (character) => `&#${character.codePointAt(0)};`);
}

/** 页面从一个文件夹里总共要取多少字节；有压缩好的一份（名字加 .gz），就不取原来的。 */
export function weigh(path) {
  const names = readdirSync(path);
  return names.filter((name) => !names.includes(`${name}.gz`)).reduce((sum, name) => {
    const content = readFileSync(join(path, name));
    return sum + (COMPRESSED.test(name) ? gzipSync(content, { level: 9 }).length : content.length);
  }, 0);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv.length !== 3) {
    console.error('用法：node head.mjs 建好的文件夹（例如 src/lab/HASH）');
    process.exit(2);
  }
  const path = resolve(process.argv[2]);
  const sessions = JSON.parse(readFileSync(join(path, 'sessions.json'), 'utf8'));
  process.stdout.write(head({ folder: basename(path), bytes: weigh(path), sessions }));
}
