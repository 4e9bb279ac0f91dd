// 页面上 mdBook 没有、或者说英语的那些：代码框的按钮、终端的名字和次序、▶、实验台的门、提示框的标题、搜索的按需加载。
// 它在 book.js 之后运行；不运行它（或者没有 JavaScript），正文照样读得到。
'use strict';

(() => {
    const html = document.documentElement;

    // ───── 纯函数 ─────

    /** 录音里敲的命令：以 “$ ” 开头的行，去掉 “$ ”。 */
    function commandsOf(transcript) {
        return transcript.split('\n').filter(line => line.startsWith('$ ')).map(line => line.slice(2));
    }

    /** 会话里终端的名字 → 读者看的名字。 */
    function terminalName(name, count) {
        const names = {
            server: '服务器', client: '客户端', sender: '发送方', receiver: '接收方',
            first: '终端一', second: '终端二', third: '终端三', shell: '终端',
        };
        const shown = names[name] ?? name;
        return count === 1 || shown.startsWith('终端') ? shown : `终端：${shown}`;
    }

    /** 程序的源文件在仓库网站上的网址；不知道仓库在哪里就是空。 */
    function sourceUrl(repository, path) {
        return repository ? `${repository.replace(/\/+$/, '')}/blob/HEAD/${path}` : '';
    }

    const MOST = 20_000; // 再多的输出，页面也装得下，读者读不完

    /** 运行服务的回答 → 给读者看的文字。 */
    function runResult(answer) {
        const text = [answer.result, answer.error].filter(Boolean).join('\n').trimEnd();
        if (text === '') return '（程序没有打印任何东西）';
        return text.length <= MOST ? text : `${text.slice(0, MOST)}\n……（后面还有 ${text.length - MOST} 个字符，没有显示）`;
    }

    /** 跑不成的原因 → 给读者看的文字。浏览器自己的说法是英语，不用。 */
    function runTrouble(error) {
        const instead = '复制这个程序，在自己的机器上用 cargo run 运行，不用联网。';
        if (error.name === 'TimeoutError') return `等了 20 秒，play.rust-lang.org 没有回答。可以再点一次，或者${instead}`;
        if (error.status) return `play.rust-lang.org 现在跑不了（它回答 ${error.status}）。过一会儿再点一次，或者${instead}`;
        return `连不上 play.rust-lang.org。检查网络以后再点一次，或者${instead}`;
    }

    // ───── 按钮 ─────

    function button(label, title, act) {
        const element = document.createElement('button');
        element.type = 'button';
        element.textContent = label;
        element.title = title;
        element.addEventListener('click', act);
        return element;
    }

    /** 复制 text()，在按钮上说一声成没成。 */
    function copyButton(label, title, text) {
        const element = button(label, title, async () => {
            element.textContent = await copyText(text()) ? '已复制' : '复制不了';
            setTimeout(() => { element.textContent = label; }, 1500);
        });
        element.setAttribute('aria-live', 'polite');
        return element;
    }

    /** 复制一段文字；返回成没成。 */
    async function copyText(text) {
        try {
            await navigator.clipboard.writeText(text);
            return true;
        } catch {
            return copyByHand(text);
        }
    }

    /** 不是 https 的网页没有 navigator.clipboard，用老办法。 */
    function copyByHand(text) {
        const area = document.createElement('textarea');
        area.value = text;
        area.style.position = 'fixed';
        area.style.opacity = '0';
        document.body.append(area);
        area.select();
        const done = document.execCommand('copy');
        area.remove();
        return done;
    }

    function toolbar(...buttons) {
        const bar = document.createElement('span');
        bar.className = 'tools';
        bar.append(...buttons.filter(Boolean));
        return bar;
    }

    // ───── 程序 ─────

    function dressListing(figure) {
        const caption = figure.querySelector('figcaption');
        const codes = [...figure.querySelectorAll('pre > code')];
        // mdBook 的眼睛靠英文的 title 认自己开着还是关着，换成自己的按钮。
        figure.querySelectorAll('.buttons').forEach(buttons => buttons.remove());
        if (!caption || codes.length === 0) return;
        const first = codes[0];
        const hidden = first.querySelector('.boring') !== null;
        const whole = () => first.textContent;

        const expand = hidden && button('整个文件', '显示这个程序的全部行', () => {
            const open = first.classList.toggle('hide-boring') === false;
            expand.textContent = open ? '只看片段' : '整个文件';
            expand.title = open ? '只显示这一段' : '显示这个程序的全部行';
            expand.setAttribute('aria-expanded', String(open));
            codes.slice(1).forEach(code => { code.parentElement.hidden = open; });
        });
        if (expand) expand.setAttribute('aria-expanded', 'false');

        const path = caption.querySelector('code')?.textContent ?? '';
        const url = sourceUrl(window.repository_url, path);
        let link = null;
        if (url) {
            link = document.createElement('a');
            link.href = url;
            link.textContent = '源文件';
            link.title = '在仓库里看这个文件';
        }
        const run = figure.hasAttribute('data-run')
            && button('▶ 运行', '把这个程序送到 play.rust-lang.org 运行', () => runProgram(figure, run, whole()));
        caption.append(toolbar(
            run, copyButton('复制程序', '复制整个文件，可以直接编译', whole), expand, link,
        ));
    }

    // ───── ▶ ─────

    const RUN_URL = 'https://play.rust-lang.org/evaluate.json';
    const PATIENCE = 20_000;

    async function runProgram(figure, run, code) {
        // 不用 disabled：它会把键盘的焦点丢掉。正在跑的时候再点，什么也不做。
        if (run.getAttribute('aria-disabled') === 'true') return;
        let output = figure.querySelector('.run-output');
        if (!output) {
            output = document.createElement('pre');
            output.className = 'run-output';
            output.tabIndex = 0;
            output.setAttribute('role', 'status');
            output.setAttribute('aria-label', '运行的结果');
            figure.querySelector('pre').after(output);
        }
        output.textContent = '正在 play.rust-lang.org 上编译和运行……';
        run.setAttribute('aria-disabled', 'true');
        try {
            output.textContent = runResult(await evaluate(code));
        } catch (error) {
            output.textContent = runTrouble(error);
        } finally {
            run.removeAttribute('aria-disabled');
        }
    }

    async function evaluate(code) {
        const response = await fetch(RUN_URL, {
            method: 'POST',
            headers: { 'Content-Type': 'application/json' },
            body: JSON.stringify({ version: 'stable', optimize: '0', edition: '2024', code }),
            signal: AbortSignal.timeout(PATIENCE),
        });
        if (!response.ok) throw Object.assign(new Error('status'), { status: response.status });
        return response.json();
    }

    // ───── 会话 ─────

    function dressSession(figure) {
        const codes = [...figure.querySelectorAll('pre > code')];
        const names = (figure.dataset.terminals ?? '').split(' ').filter(Boolean);
        // data-order 依次说每条命令是在第几个终端敲的；把它变成“这个终端的第几条是全场第几条”。
        const numbers = names.map(() => []);
        (figure.dataset.order ?? '').split(' ').filter(Boolean).forEach((terminal, index) => {
            numbers[Number(terminal) - 1]?.push(index + 1);
        });
        figure.classList.toggle('many', codes.length > 1);
        figure.querySelectorAll('.buttons').forEach(buttons => buttons.remove());
        const panes = document.createElement('div');
        panes.className = 'terminals';
        codes.forEach((code, index) => {
            const transcript = code.textContent;
            rebuild(code, transcript, codes.length > 1 ? numbers[index] ?? [] : []);
            const pane = document.createElement('div');
            pane.className = 'terminal';
            const label = document.createElement('p');
            label.className = 'terminal-name';
            label.append(terminalName(names[index] ?? 'shell', codes.length), toolbar(
                copyButton('复制命令', '只复制敲的命令，不带 $ 和输出', () => commandsOf(transcript).join('\n')),
            ));
            const pre = code.parentElement;
            pre.before(pane);
            pane.append(label, pre);
            panes.append(pane);
        });
        figure.append(panes);
        offerLab(figure);
    }

    /** 命令和输出分开上色；$ 和次序号选不中，也就不会被手工复制带走。 */
    function rebuild(code, transcript, numbers) {
        let typed = 0;
        const lines = transcript.split('\n').flatMap((line, index) => {
            const parts = index === 0 ? [] : ['\n'];
            if (!line.startsWith('$ ')) return [...parts, line];
            const number = numbers[typed++];
            if (number !== undefined) parts.push(span('step', String(number)));
            return [...parts, span('prompt', '$ '), span('command', line.slice(2))];
        });
        code.replaceChildren(...lines);
    }

    function span(className, text) {
        const element = document.createElement('span');
        element.className = className;
        element.textContent = text;
        return element;
    }

    // ───── 实验台：点了才取 ─────

    // theme/head.hbs 由 lab/build 生成：在哪里、要取多少字节、哪些会话有例外。没有它，就没有按钮。
    const LAB = document.querySelector('meta[name="lab"]');
    const labBase = LAB && new URL(LAB.content, document.baseURI).href;
    const labSize = (Number(LAB?.dataset.bytes) / 1e6).toFixed(1);
    const labNotes = JSON.parse(LAB?.dataset.notes ?? '{}');
    let labTries = 0;

    /** 会话旁边的按钮；跑不了的，说为什么。 */
    function offerLab(figure) {
        const caption = figure.querySelector('figcaption');
        if (!LAB || !caption) return;
        const session = figure.dataset.session;
        const { differs, absent } = labNotes[session] ?? {};
        const title = caption.textContent.trim();
        if (!absent) caption.append(toolbar(labButton('在实验台里运行', session, title, differs)));
        const reason = absent ? `实验台里跑不了：${absent}` : differs && `在实验台里会不同：${differs}`;
        if (reason) caption.append(span('lab-reason', reason));
    }

    /** “实验台”那一页的门。 */
    function offerFreeLab(door) {
        if (!LAB) return;
        const notice = document.createElement('a');
        notice.href = new URL('../NOTICE.txt', labBase).href;
        notice.textContent = '源代码和许可';
        const size = span('lab-reason', `第一次要下载 ${labSize} MB，以后浏览器多半还留着。`);
        door.replaceChildren(toolbar(labButton('打开实验台', null, '', ''), notice), size);
    }

    function labButton(label, session, title, note) {
        const opener = button(label, `在这一页里开一台 Linux。第一次要下载 ${labSize} MB`, () => openLab(opener, session, title, note));
        return opener;
    }

    async function openLab(opener, session, title, note) {
        const box = opener.closest('figure, .lab-door');
        box.querySelector('.lab-missing')?.remove();
        opener.disabled = true;
        try {
            await loadStyle(`${labBase}lab.css`);
            // 有的浏览器记得失败过的网址，换一个再取。
            const lab = await import(`${labBase}lab.mjs${labTries ? `?${labTries}` : ''}`);
            opener.disabled = false;
            lab.open({ session, title, note, opener, nameOf: name => terminalName(name, 1), copy: copyText });
            // 面板停在下边，别让它盖住刚才那一段。
            box.scrollIntoView({ block: 'nearest' });
        } catch (error) {
            labTries += 1;
            opener.disabled = false;
            const missing = span('lab-missing', `没有取到实验台（${error.message}）。看看网络通不通，再点一次；还不行，就刷新这一页。`);
            missing.setAttribute('role', 'alert');
            opener.closest('figcaption, .lab-door').append(missing);
        }
    }

    function loadStyle(url) {
        return new Promise((resolve, reject) => {
            if (document.querySelector(`link[href="${url}"]`)) return resolve();
            const link = document.createElement('link');
            link.rel = 'stylesheet';
            link.href = url;
            link.onload = resolve;
            link.onerror = () => {
                link.remove();
                reject(new Error('lab.css'));
            };
            document.head.append(link);
        });
    }

    // ───── 提示框 ─────

    const ALERTS = { Note: '说明', Tip: '提示', Important: '要紧', Warning: '注意', Caution: '当心' };

    function dressAlerts() {
        document.querySelectorAll('.blockquote-tag-title').forEach(title => {
            const text = [...title.childNodes].find(node => node.nodeType === Node.TEXT_NODE && node.data.trim());
            const chinese = text && ALERTS[text.data.trim()];
            if (chinese) text.data = text.data.replace(text.data.trim(), chinese);
        });
    }

    // ───── 搜索：第一次用到时才取 ─────

    let searching = null;

    function loadSearch() {
        searching ??= (window.search_scripts ?? []).reduce(
            (before, url) => before.then(() => loadScript(url)),
            Promise.resolve(),
        );
        return searching;
    }

    function loadScript(url) {
        return new Promise((resolve, reject) => {
            const script = document.createElement('script');
            script.src = new URL(url, document.baseURI).href;
            script.onload = resolve;
            script.onerror = () => reject(new Error(`取不到 ${url}`));
            document.head.append(script);
        });
    }

    function prepareSearch() {
        const toggle = document.getElementById('mdbook-search-toggle');
        if (!toggle || !window.search_scripts) return;
        const asked = new URL(location.href).searchParams;
        if (asked.has('search') || asked.has('highlight')) {
            // 不合法的 % 会让 mdBook 的脚本抛错：先把查询重写成合法的样子。
            const url = new URL(location.href);
            for (const name of ['search', 'highlight']) {
                const value = asked.get(name);
                if (value !== null) url.searchParams.set(name, value);
            }
            url.search = url.search.replace(/\+/g, '%20');
            if (url.href !== location.href) history.replaceState({}, '', url);
            loadSearch();
            return;
        }
        const first = event => {
            const typing = /^(?:input|select|textarea)$/i.test((event.composedPath()[0] ?? event.target).nodeName);
            const key = event.type === 'keydown';
            if (key && (typing || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey
                || !['s', '/'].includes(event.key))) return;
            event.preventDefault();
            event.stopImmediatePropagation();
            watch('removeEventListener');
            trouble.textContent = '';
            // 脚本到了以后，替读者把刚才那一下补上；没有到，就说出来，再点一次重新取。
            loadSearch().then(() => toggle.click(), () => {
                searching = null;
                trouble.textContent = '搜索用的文件没有取到。检查网络，再点一次放大镜。';
                watch('addEventListener');
            });
        };
        const trouble = document.createElement('p');
        trouble.className = 'search-trouble';
        trouble.setAttribute('role', 'status');
        document.getElementById('mdbook-menu-bar').after(trouble);
        const watch = change => {
            toggle[change]('click', first, true);
            document[change]('keydown', first, true);
        };
        watch('addEventListener');
    }

    // ───── 目录、表格 ─────

    /** 能左右滚动的框，键盘也要能进去；不能滚动的不要，免得 Tab 要按好多下。 */
    function reachable() {
        const watch = new ResizeObserver(entries => entries.forEach(({ target }) => {
            if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
            else target.removeAttribute('tabindex');
        }));
        document.querySelectorAll('.content pre > code, .content .table-wrapper').forEach(box => watch.observe(box));
    }

    /** 表格里的路径在 :: 和函数名的 ( 后面可以断开：三列的表在手机上也放得下，名字还是整的，复制也不变。 */
    function breakPaths() {
        document.querySelectorAll('main table code').forEach(code => {
            if (code.childElementCount > 0) return;
            const parts = code.textContent.split(/(?<=::|\w\()(?=.)/);
            if (parts.length > 1) code.replaceChildren(...parts.flatMap((part, i) => (i ? [document.createElement('wbr'), part] : [part])));
        });
    }

    /** 目录的开关是一个按钮，真正管事的是一个看不见的勾选框：替读者拨它。 */
    function prepareSidebar() {
        const anchor = document.getElementById('mdbook-sidebar-toggle-anchor');
        document.getElementById('mdbook-sidebar-toggle')?.addEventListener('click', () => {
            anchor.checked = !anchor.checked;
            anchor.dispatchEvent(new Event('change'));
        });
    }

    // ───── 打印：折叠的答案都打开，印完再收起来 ─────

    function preparePrint() {
        const closed = () => document.querySelectorAll('main details:not([open])');
        let opened = [];
        window.addEventListener('beforeprint', () => {
            opened = [...closed()];
            opened.forEach(details => { details.open = true; });
        });
        window.addEventListener('afterprint', () => opened.forEach(details => { details.open = false; }));
    }

    document.querySelectorAll('figure.listing').forEach(dressListing);
    document.querySelectorAll('figure.session').forEach(dressSession);
    document.querySelectorAll('.lab-door').forEach(offerFreeLab);
    dressAlerts();
    prepareSearch();
    breakPaths();
    reachable();
    prepareSidebar();
    preparePrint();
    html.classList.add('dressed');

    // 给测试用：纯函数。
    window.bookUi = { commandsOf, terminalName, sourceUrl, runResult, runTrouble, loadSearch };
})();
