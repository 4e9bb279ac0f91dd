// 搜索：找得到、标得出、刷新不坏，输入法不误事。两种载入方式各跑一遍。

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { openBook, ROOT } from './lib/book.mjs';
import { BOX, copyBook, header, HEADER, look, makeLazy, openSearch, results, RESULTS, until } from './lib/search.mjs';

const PAGE = 'ch02/exercises.html'; // 在子文件夹里，又轻
const value = (tab) => tab.locator(BOX).inputValue();
const marks = (tab) => tab.locator('#mdbook-content mark').allTextContents();
const searchParam = (tab) => new URL(tab.url()).searchParams.get('search');

/** 真的输入法事件：拼音在编辑区里，还没有上屏。 */
async function compose(tab, text) {
  const client = await tab.context().newCDPSession(tab);
  await client.send('Input.imeSetComposition', { text, selectionStart: text.length, selectionEnd: text.length });
  return client;
}

for (const [mode, lazy] of [['一开始就载入', false], ['用到时才载入', true]]) {
  describe(mode, () => {
    let copy;
    let book;
    before(async () => {
      if (lazy) {
        copy = copyBook();
        makeLazy(copy.root);
      }
      book = await openBook(lazy ? { root: copy.root } : {});
    });
    after(async () => {
      await book?.close();
      copy?.remove();
    });

    /** 开一页，跑完以后控制台里要没有话，也没有往外的请求。 */
    const on = (name, page, body) => test(name, async () => {
      const tab = await book.open(page);
      await body(tab);
      assert.deepEqual(tab.messages, [], '控制台里没有话');
      assert.deepEqual(tab.requests.filter((url) => !url.startsWith(book.server.url)), [], '没有外部请求');
      await tab.context().close();
    });

    on('纯中文的词找得到，标题里的排在前面，命中有强调', PAGE, async (tab) => {
      await openSearch(tab);
      const found = await look(tab, '流量控制');
      assert.match(found[0].href, /ch02\/(flow-control|index)\.html/);
      assert.ok(found[0].hits.includes('流量控制'), `摘录里要强调：${found[0].teaser}`);
      assert.match(await header(tab), /^“流量控制”：\d+ 个结果/);
    });

    on('汉字和字母之间的空格可有可无', PAGE, async (tab) => {
      await openSearch(tab);
      const tight = await look(tab, 'TCP连接');
      const loose = (await look(tab, 'TCP 连接')).filter((result) => result.hits.some((hit) => /TCP\s?连接/.test(hit)));
      assert.ok(tight.filter((result) => !result.near).length > 0);
      assert.ok(tight[0].hits.some((hit) => hit === 'TCP 连接'), `强调 ${tight[0].hits}`);
      assert.equal(loose.length, tight.filter((result) => !result.near).length);
    });

    on('标识符、错误信息；大小写和全角不论', PAGE, async (tab) => {
      await openSearch(tab);
      for (const [query, hit] of [
        ['SO_REUSEADDR', 'SO_REUSEADDR'], ['so_reuseaddr', 'SO_REUSEADDR'], ['ＳＯ＿ＲＥＵＳＥＡＤＤＲ', 'SO_REUSEADDR'],
        ['io::Error', 'io::Error'], ['ｉｏ：：Ｅｒｒｏｒ', 'io::Error'], ['os error 111', 'os error 111'],
        ['println!', 'println!'], ['９１９０', '9190'], ['Vec<u8>', 'Vec<u8>'], ['&mut', '&mut'],
      ]) {
        const [first] = await look(tab, query);
        assert.ok(first.hits.includes(hit), `${query} 要强调 ${hit}，得到 ${first.hits}：${first.teaser}`);
      }
    });

    on('正文里的排在代码里的前面', PAGE, async (tab) => {
      await openSearch(tab);
      const found = await look(tab, 'setsockopt');
      const prose = await tab.evaluate(() => {
        const prepared = window.bookSearch.prepare(window.search);
        const inProse = ({ text, spans }) => {
          let rest = '';
          let at = 0;
          for (const [start, end] of spans) { rest += text.slice(at, start); at = end; }
          return (rest + text.slice(at)).includes('setsockopt');
        };
        return window.bookSearch.search(prepared, 'setsockopt').results.map(({ section }) => inProse(section));
      });
      assert.ok(prose.includes(true) && prose.includes(false), '这个词在正文和代码里都有');
      assert.ok(prose.lastIndexOf(true) < prose.indexOf(false), `次序：${prose}`);
      assert.ok(found.length > 1);
    });

    on('书里没有的，说没有，不硬凑', PAGE, async (tab) => {
      await openSearch(tab);
      for (const query of ['量子纠缠', 'Arc<Mutex', 'zzzzqqq', '霓虹灯', '<img src=x onerror=alert(1)>']) {
        const found = await look(tab, query);
        assert.deepEqual(found.filter((result) => !result.near), [], query);
        assert.ok((await header(tab)).startsWith(`没有找到“${query}”`), await header(tab));
      }
    });

    on('问句找得到相近的，并且写明是相近', PAGE, async (tab) => {
      await openSearch(tab);
      const found = await look(tab, 'socket 第三个参数为什么填 0？');
      assert.ok(found.length > 0 && found.every((result) => result.near), JSON.stringify(found));
      assert.ok(found.slice(0, 5).some((result) => result.href.includes('ch02/type-protocol.html')));
      assert.match(await header(tab), /没有找到.*相近/);
      assert.match(found[0].title, /^相近 /);
    });

    on('结果里只有文字，尖括号不会变成标签', PAGE, async (tab) => {
      await openSearch(tab);
      for (const query of ['Vec<u8>', '<', '&raw', '"', "'", '</span>', 'stream']) {
        for (const { tags } of await look(tab, query)) {
          assert.deepEqual(tags.filter((tag) => !['a', 'em', 'span'].includes(tag)), [], query);
        }
      }
    });

    on('输入法：拼音不搜，回车上屏不跳走，上屏以后才搜', PAGE, async (tab) => {
      await openSearch(tab);
      await look(tab, '套接字');
      const before = tab.url();
      const client = await compose(tab, 'duankou');
      // 两种写法都要认：有的浏览器说 isComposing，有的只给 229。
      for (const [key, code] of [['Enter', 229], ['Enter', 13], ['ArrowDown', 229], ['Escape', 229]]) {
        await client.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', key, code: key, windowsVirtualKeyCode: code });
        await client.send('Input.dispatchKeyEvent', { type: 'keyUp', key, code: key, windowsVirtualKeyCode: code });
        assert.equal(tab.url(), before, `${key} ${code} 不能跳走，也不能搜拼音`);
        assert.ok(await tab.locator(BOX).isVisible(), `${key} 不能关掉搜索框`);
        assert.ok(await tab.evaluate(() => document.activeElement.id === 'mdbook-searchbar'), `${key} ${code} 不能移走焦点`);
        assert.match(await header(tab), /^“套接字”/);
        if (code === 13) await compose(tab, 'duankou'); // 这一下可能真的结束了编辑
      }
      await client.send('Input.imeSetComposition', { text: '', selectionStart: 0, selectionEnd: 0 });
      await tab.locator(BOX).fill('');
      await compose(tab, 'duankou');
      await client.send('Input.insertText', { text: '端口' });
      await until(tab, () => document.getElementById('mdbook-searchresults-header').textContent.startsWith('“端口”'));
      assert.equal(searchParam(tab), '端口');
    });

    on('没有 keyup 的输入：粘贴、点选候选字、清空', PAGE, async (tab) => {
      await openSearch(tab);
      await tab.evaluate(() => navigator.clipboard.writeText('描述符'));
      await tab.locator(BOX).evaluate((box) => { box.focus(); box.select(); });
      // 粘贴命令本身，没有按键。
      const client = await tab.context().newCDPSession(tab);
      await client.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', commands: ['paste'] });
      await until(tab, () => document.getElementById('mdbook-searchresults-header').textContent.startsWith('“描述符”'));
      assert.equal(searchParam(tab), '描述符');
      await client.send('Input.insertText', { text: ' 关闭' });
      await until(tab, () => document.getElementById('mdbook-searchresults-header').textContent.startsWith('“描述符 关闭”'));
      await tab.locator(BOX).fill('');
      await until(tab, (list) => document.querySelector(list).children.length === 0, RESULTS);
      assert.equal(searchParam(tab), null, '空的查询不留在网址里');
    });

    on('网址转义：特殊字符刷新两遍还是原样', PAGE, async (tab) => {
      await openSearch(tab);
      for (const query of ['C++', '&mut', '100%', 'a#b', '"os error 111"', "Let's go", 'a=b&c=d', '1+1', '50%25', '端口?', '\\n']) {
        await look(tab, query);
        assert.equal(searchParam(tab), query);
        // 刷新会不会改坏网址，要刷第二遍才知道。
        for (let i = 0; i < (/[+%#]/.test(query) ? 2 : 1); i += 1) {
          await tab.reload();
          await until(tab, (text) => document.getElementById('mdbook-searchresults-header').textContent.includes(`“${text}”`), query);
          assert.equal(await value(tab), query);
          assert.equal(searchParam(tab), query, `第 ${i + 1} 次刷新以后`);
        }
      }
    });

    on('带着 ?search= 打开，结果直接在', `${PAGE}?search=${encodeURIComponent('半关闭')}`, async (tab) => {
      await until(tab, () => document.getElementById('mdbook-searchresults-header').textContent.includes('“半关闭”'));
      assert.ok((await results(tab)).length > 0);
      assert.equal(await value(tab), '半关闭');
    });

    test('带着 ?search= 打开，索引来得早、来得晚都一样', async () => {
      for (const delay of [0, 1500]) {
        const tab = await book.open();
        await tab.route(/searchindex/, async (route) => {
          await new Promise((resolve) => { setTimeout(resolve, delay); });
          await route.continue();
        });
        // 让 search.js 晚到：mdBook 可能已经用自己的办法搜过一遍。
        await tab.route(/theme\/search/, async (route) => {
          await new Promise((resolve) => { setTimeout(resolve, delay ? 0 : 1500); });
          await route.continue();
        });
        await tab.goto(book.url(`${PAGE}?search=${encodeURIComponent('端口')}`));
        await until(tab, () => /^“端口”：\d+ 个结果/.test(document.getElementById('mdbook-searchresults-header').textContent));
        assert.ok((await results(tab))[0].hits.includes('端口'));
        assert.deepEqual(tab.messages, []);
        await tab.context().close();
      }
    });

    test('别人手写的坏网址也打得开', async () => {
      const tab = await book.open(`${PAGE}?search=100%`);
      await until(tab, () => document.getElementById('mdbook-searchresults-header').textContent.includes('“100%”'));
      assert.equal(searchParam(tab), '100%');
      await tab.keyboard.press('Escape');
      await tab.locator(BOX).waitFor({ state: 'hidden' });
      await tab.context().close();
    });

    on('按键：/ 和 s 打开，方向键选，回车去，Esc 关', PAGE, async (tab) => {
      await tab.keyboard.press('s');
      await tab.locator(BOX).waitFor();
      await until(tab, () => window.search?.index);
      await look(tab, '积压队列');
      await tab.keyboard.press('ArrowDown');
      assert.equal(await tab.locator(`${RESULTS} > li.focus`).count(), 1);
      await tab.keyboard.press('Escape');
      await tab.locator(BOX).waitFor({ state: 'hidden' });
      assert.equal(searchParam(tab), null);
      await tab.keyboard.press('/');
      await tab.locator(BOX).waitFor();
      await tab.locator(BOX).focus();
      const [first] = await look(tab, '流量控制');
      await tab.keyboard.press('Enter');
      await tab.waitForURL((url) => url.searchParams.has('highlight'));
      assert.equal(tab.url(), first.href);
      await until(tab, () => document.querySelectorAll('mark').length > 0);
    });

    on('后退前进，搜索框跟着走', PAGE, async (tab) => {
      await openSearch(tab);
      await look(tab, '端口');
      await look(tab, '端口 占用');
      await tab.goBack();
      await tab.locator(BOX).waitFor({ state: 'hidden' });
      await tab.goForward();
      await until(tab, () => document.getElementById('mdbook-searchbar').value === '端口 占用');
      await tab.locator(BOX).waitFor();
      assert.match(await header(tab), /“端口 占用”/);
    });

    on('目标页上标记命中，跨过行内代码和空格；点一下就去掉', PAGE, async (tab) => {
      await openSearch(tab);
      const [first] = await look(tab, 'listen不会阻塞');
      await tab.goto(first.href);
      await until(tab, () => document.querySelectorAll('#mdbook-content mark').length > 0);
      assert.match((await marks(tab)).join(''), /listen\s?不会阻塞/);
      await tab.locator('#mdbook-content mark').first().click();
      await until(tab, () => document.querySelectorAll('#mdbook-content mark').length === 0);
      assert.equal(new URL(tab.url()).searchParams.get('highlight'), null);
    });

    on('命中在图里：图里的字还看得见，整幅图框出来，点一下就去掉', `ch01/hello.html?highlight=${encodeURIComponent('等待')}#两边排在一起看`, async (tab) => {
      await until(tab, () => document.querySelectorAll('.drawing svg.search-hit').length === 1);
      assert.equal(await tab.locator('svg mark').count(), 0);
      await tab.locator('.drawing svg.search-hit').click();
      assert.equal(await tab.locator('.search-hit').count(), 0);
      assert.equal(new URL(tab.url()).searchParams.get('highlight'), null);
    });

    on('图里的字也找得到', PAGE, async (tab) => {
      await openSearch(tab);
      for (const [query, page] of [['进程 A 的描述符表有 0 到 5 六格', 'ch01/fd.html'], ['对端读走两格，又能过去', 'ch02/flow-control.html']]) {
        const [first] = await look(tab, query);
        assert.ok(first && !first.near && first.href.includes(page), `${query}：${first?.href}`);
      }
    });

    on('各种查询都不出错：数字、代码、标点、单个字、很长的', PAGE, async (tab) => {
      await openSearch(tab);
      for (const [query, hit] of [
        ['98', '98'], ['OS ERROR 111', 'os error 111'], ['&raw const', '&raw const'], ['听', '听'], ['tcp 连接', 'TCP 连接'],
        ['ＴＣＰ连接', 'TCP 连接'], ['accept4', 'accept4'], ['0.0.0.0', '0.0.0.0'], ['->', '->'], ['？', '？'], ['$', '$'], ['\\', '\\'], ['SYN+ACK', 'SYN+ACK'],
      ]) {
        const [first] = await look(tab, query);
        assert.ok(first && !first.near && first.hits.includes(hit), `${query} 得到 ${first?.hits}：${first?.teaser}`);
      }
      // 一个也没有的，说没有；繁体字不折成简体。
      for (const query of ['。。。', '連接', '😀']) {
        assert.deepEqual(await look(tab, query), [], query);
        assert.match(await header(tab), /^没有找到/);
      }
      await tab.locator(BOX).fill('端口'.repeat(3000));
      await until(tab, () => document.getElementById('mdbook-searchresults-header').textContent.includes('端口……”'));
      assert.ok((await header(tab)).length < 120, await header(tab));
    });

    on('标记参数里的特殊字符', PAGE, async (tab) => {
      for (const query of ['&raw', '"os error 98"', 'Vec<u8>', "Let's go"]) {
        await tab.goto(book.url(PAGE));
        await openSearch(tab);
        const [first] = await look(tab, query);
        const word = query.replace(/"/g, '');
        await tab.goto(first.href);
        await until(tab, () => document.querySelectorAll('#mdbook-content mark').length > 0);
        const marked = (await marks(tab)).join('').toLowerCase();
        assert.ok(marked.includes(word.toLowerCase()), `${query}：标了 ${marked.slice(0, 80)}`);
      }
    });

    on('命中只在藏起来的行里，就把那段展开', `ch01/hello.html?highlight=${encodeURIComponent('OsString')}#服务器`, async (tab) => {
      await until(tab, () => [...document.querySelectorAll('#mdbook-content mark')].some((mark) => mark.getClientRects().length > 0));
      const button = tab.locator('figure[data-program="hello_server"]').first().locator('[aria-expanded]');
      assert.equal(await button.innerText(), '只看片段', '按钮说的和看到的一样');
    });

    on('每个结果的地址都打得开，锚点都在', 'ch02/index.html', async (tab) => {
      await openSearch(tab);
      const found = [...await look(tab, '套接字'), ...await look(tab, '服务器')];
      const bad = await tab.evaluate(async (links) => {
        const missing = [];
        for (const href of new Set(links.map((link) => link.replace(/\?[^#]*/, '')))) {
          const url = new URL(href);
          const response = await fetch(url.pathname);
          const page = new DOMParser().parseFromString(await response.text(), 'text/html');
          if (!response.ok || !page.getElementById(decodeURIComponent(url.hash.slice(1)))) missing.push(href);
        }
        return missing;
      }, found.map((result) => result.href));
      assert.deepEqual(bad, []);
      assert.ok(found.every((result) => result.href.startsWith(book.server.url)), '子路径留着');
    });

    test('索引取不到：说出来，关了再开就重试', async () => {
      const tab = await book.open(PAGE);
      await tab.route(/searchindex/, (route) => route.abort(), { times: 1 });
      await tab.keyboard.press('/');
      await until(tab, () => document.getElementById('mdbook-searchresults-header').textContent.includes('没有取到'));
      await tab.locator(BOX).focus();
      await tab.keyboard.press('Escape');
      await tab.locator(BOX).waitFor({ state: 'hidden' });
      await openSearch(tab);
      assert.ok((await look(tab, '端口')).length > 0);
      await tab.context().close();
    });

    on('界面上的词都是中文', PAGE, async (tab) => {
      await openSearch(tab);
      await look(tab, '端口');
      const words = await tab.evaluate(() => [document.getElementById('mdbook-search-toggle'),
        ...document.querySelectorAll('#mdbook-search-wrapper, #mdbook-search-wrapper *')]
        .flatMap((element) => ['title', 'aria-label', 'placeholder', 'alt'].map((name) => element.getAttribute(name))).filter(Boolean));
      assert.deepEqual(words.filter((word) => !/[一-鿿]/.test(word)), []);
      assert.equal(await tab.locator(BOX).getAttribute('aria-describedby'), HEADER.slice(1));
      assert.equal(await tab.locator(HEADER).getAttribute('role'), 'status');
    });

    on('执行两遍也不出错', PAGE, async (tab) => {
      await openSearch(tab);
      const url = tab.requests.find((request) => /theme\/search/.test(request));
      await tab.addScriptTag({ url });
      await look(tab, '端口');
      assert.equal(await tab.locator(`${RESULTS} > li`).count(), new Set((await results(tab)).map((result) => result.href)).size);
    });

    // 下面这几样是 mdBook 的，升级以后可能变；变了要在这里先知道。
    on('mdBook 的接口还在', PAGE, async (tab) => {
      await openSearch(tab);
      const shape = await tab.evaluate(() => ({
        ids: ['search-wrapper', 'searchbar-outer', 'searchbar', 'searchresults', 'searchresults-outer', 'searchresults-header',
          'search-toggle', 'content', 'search-index'].filter((id) => !document.getElementById(`mdbook-${id}`)),
        docs: Object.values(window.search.index.documentStore.docs).every((doc) => ['title', 'body', 'breadcrumbs'].every((name) => typeof doc[name] === 'string')),
        urls: window.search.doc_urls.length === Object.keys(window.search.index.documentStore.docs).length,
        root: typeof path_to_root, spinner: document.querySelector('#mdbook-searchbar-outer .spinner-wrapper') !== null,
      }));
      assert.deepEqual(shape, { ids: [], docs: true, urls: true, root: 'string', spinner: true });
    });
  });
}

test('载入的次序反了（search.js 在 searcher.js 前面）也能用', async () => {
  const copy = copyBook();
  makeLazy(copy.root, ['search', 'mark', 'elasticlunr', 'searcher']);
  const book = await openBook({ root: copy.root });
  try {
    const tab = await book.open(`${PAGE}?search=${encodeURIComponent('C++')}`);
    await until(tab, () => document.getElementById('mdbook-searchresults-header').textContent.includes('“C++”'));
    assert.equal(searchParam(tab), 'C++');
    assert.ok((await look(tab, '端口')).length > 0);
    assert.deepEqual(tab.messages, []);
  } finally {
    await book.close();
    copy.remove();
  }
});

test('减过肥的索引，找到的一样多或更少，第一个可见的结果都在', async () => {
  const copy = copyBook();
  const { readIndex, strip } = await import('./strip-index.mjs');
  const { createRequire } = await import('node:module');
  createRequire(import.meta.url)('../../theme/search.js');
  const { bookSearch } = globalThis;
  try {
    const fat = readIndex(copy.root).data;
    const thin = structuredClone(fat);
    strip(thin, (page) => readFileSync(join(copy.root, page), 'utf8'));
    assert.ok(JSON.stringify(thin).length < JSON.stringify(fat).length / 3);
    const [before, now] = [fat, thin].map(bookSearch.prepare);
    for (const query of ['端口', '流量控制', 'SO_REUSEADDR', 'os error 111', 'ExitCode', 'OsString', 'env::args_os', '部分写']) {
      const [many, few] = [before, now].map((prepared) => bookSearch.search(prepared, query));
      assert.ok(few.count > 0 && few.count <= many.count, `${query}：${many.count} → ${few.count}`);
      if (many.results[0].tier === 0) assert.equal(few.results[0].section.url, many.results[0].section.url, query);
    }
    // 正文一个字也没有少。
    const prose = ({ text, spans }) => spans.reduceRight((rest, [start, end]) => rest.slice(0, start) + rest.slice(end), text);
    assert.deepEqual(now.sections.map(prose), before.sections.map(prose));
  } finally {
    copy.remove();
  }
});

test('减过肥的索引，mdBook 自己的脚本也载入得了', async () => {
  const copy = copyBook();
  const { execFileSync } = await import('node:child_process');
  const script = join(ROOT, 'tests/browser/strip-index.mjs');
  execFileSync(process.execPath, [script, copy.root]);
  const first = execFileSync(process.execPath, [script, copy.root], { encoding: 'utf8' });
  assert.match(first, /(\d+) → \1 字节，去掉 0 行/, '再减一遍什么也不变');
  const book = await openBook({ root: copy.root });
  try {
    const tab = await book.open(PAGE);
    await openSearch(tab);
    assert.ok((await look(tab, '流量控制')).length > 0);
    assert.deepEqual(tab.messages, []);
  } finally {
    await book.close();
    copy.remove();
  }
});

/** 一个空闲的端口。 */
const freePort = () => new Promise((resolve) => {
  const server = createServer().listen(0, '127.0.0.1', () => {
    const { port } = server.address();
    server.close(() => resolve(port));
  });
});

test('mdbook serve 重新生成以后，页面刷新，搜索还在，而且搜到新写的', { timeout: 120000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'book-serve-'));
  for (const name of ['src', 'listings', 'theme', 'book.toml']) cpSync(join(ROOT, name), join(folder, name), { recursive: true });
  const port = await freePort();
  const serve = spawn('mdbook', ['serve', '-n', '127.0.0.1', '-p', String(port)], { cwd: folder, stdio: 'ignore' });
  const book = await openBook();
  try {
    const url = `http://127.0.0.1:${port}/ch01/hello.html?search=${encodeURIComponent('鲲鹏')}`;
    const tab = await book.open();
    const deadline = Date.now() + 60000;
    while (!await tab.goto(url).then((response) => response.ok(), () => false)) {
      assert.ok(Date.now() < deadline, 'mdbook serve 没有起来');
      await new Promise((resolve) => { setTimeout(resolve, 100); });
    }
    await until(tab, () => document.getElementById('mdbook-searchresults-header').textContent.startsWith('没有找到“鲲鹏”'));
    appendFileSync(join(folder, 'src/ch01/hello.md'), '\n鲲鹏展翅九万里。\n');
    await tab.waitForFunction(() => document.getElementById('mdbook-searchresults-header').textContent.startsWith('“鲲鹏”：1 个结果'),
      undefined, { timeout: 60000 });
    assert.equal((await results(tab)).length, 1);
  } finally {
    serve.kill();
    await book.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
