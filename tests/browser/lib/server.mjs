// 一个静态服务器：把 book/html 放在子路径 /book/ 下面，按 gzip 送出，像 GitHub Pages 那样。

import { createReadStream, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { createGzip } from 'node:zlib';

const TYPES = {
  '.css': 'text/css', '.html': 'text/html; charset=utf-8', '.js': 'text/javascript',
  '.json': 'application/json', '.mjs': 'text/javascript', '.png': 'image/png',
  '.svg': 'image/svg+xml', '.wasm': 'application/wasm', '.woff2': 'font/woff2',
};
const COMPRESSED = new Set(['.css', '.html', '.js', '.json', '.mjs', '.svg']);

/**
 * 在空闲的端口上开服务器。
 * @param {string} root 要送出的文件夹
 * @param {string} base 子路径，以 / 开头和结尾
 * @returns {Promise<{url: string, close: () => Promise<void>}>} 网址以 base 结尾
 */
export async function serve(root, base = '/book/') {
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url, 'http://x').pathname);
    if (!path.startsWith(base)) return fail(response, 404);
    let file = normalize(join(root, path.slice(base.length)));
    if (!file.startsWith(normalize(root))) return fail(response, 403);
    try {
      if (statSync(file).isDirectory()) file = join(file, 'index.html');
      statSync(file);
    } catch {
      return missing(response, root, base);
    }
    const type = extname(file);
    const headers = { 'Content-Type': TYPES[type] ?? 'application/octet-stream', 'Cache-Control': 'no-store' };
    const stream = createReadStream(file);
    if (COMPRESSED.has(type) && /\bgzip\b/.test(request.headers['accept-encoding'] ?? '')) {
      response.writeHead(200, { ...headers, 'Content-Encoding': 'gzip' });
      stream.pipe(createGzip({ level: 9 })).pipe(response);
    } else {
      response.writeHead(200, headers);
      stream.pipe(response);
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}${base}`,
    close: () => new Promise((resolve) => { server.closeAllConnections(); server.close(resolve); }),
  };
}

/** 没有的网址，送出 404.html，像 GitHub Pages 那样。发布时 site-url 会写进它的 <base>，这里替它写上。 */
function missing(response, root, base) {
  let page;
  try {
    page = readFileSync(join(root, '404.html'), 'utf8');
  } catch {
    return fail(response, 404);
  }
  response.writeHead(404, { 'Content-Type': TYPES['.html'], 'Cache-Control': 'no-store' });
  return response.end(page.replace('<base href="/">', `<base href="${base}">`));
}

function fail(response, status) {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' });
  response.end(String(status));
}
