// 从实验台的终端里出来的文字，到录音。全是纯函数：不碰机器，node 和网页都用。
//
// 终端里的 shell 是交互的：提示符、行编辑的回显和程序的输出走同一条路。录音里只要
// “$ 命令”和输出（tests/src/screen.rs 的格式），所以要认出提示符，剪掉回显。

const STATUS = '\x1b]133;D;'; // 后面是上一条命令的退出状态
const AFTER_STATUS = '\x07$ '; // BEL、看得见的 $ 和空格，再往后是敲的字

/** 提示符：报告上一条命令的退出状态，到可以敲字的地方为止。shell 一次写出来，中间不会插进别的。 */
const PROMPT = /\x1b\]133;D;(\d{1,3})\x07\$ /;

/** 行编辑写满一行时，用它把光标挪到下一行的开头。程序的换行只有一个 \r。 */
const WRAP = '\r\r\n';
const NEWLINE = '\r\n';

/** 光标控制之类，不是文字。 */
const CONTROL = /\x1b\[[0-9;?]*[A-Za-z]/y;

/**
 * 一个终端到现在为止的录音。
 *
 * 命令的回显收全以后，下一个提示符才是它的结束；在那之前又出现的提示符，是终端换了大小或按了 Ctrl-L，
 * 行编辑把提示符和敲了一半的字重画了一遍。
 *
 * @param {string} seen 第一个提示符之后，终端里出来的全部文字
 * @param {string[]} typed 依次敲进去的命令
 * @returns {{ text: string, statuses: number[], start: number, echoed: number }}
 *   text 是录音；statuses 是已经结束的各条命令的退出状态；start 是最近敲的命令的输出从 text 的哪里开始，
 *   它的回显还没收全时是 text 的结尾；echoed 是收全了回显的命令有几条
 */
export function read(seen, typed) {
  const parts = seen.split(PROMPT); // 文字、状态、文字、状态……文字
  const statuses = [];
  let text = '';
  let start = 0;
  let echoed = 0;
  for (let i = 0; i < parts.length; i += 2) {
    const last = i === parts.length - 1;
    const part = last ? withoutPartialMark(parts[i]) : parts[i];
    const command = typed[echoed];
    if (command === undefined) { // 没有敲命令：是后台的程序打印的
      text += plain(idle(part));
      continue;
    }
    const echo = cutEcho(part, command);
    if (echo === null) {
      start = text.length;
      continue;
    }
    text += `${plain(idle(echo.stray))}$ ${command}\n`;
    start = text.length;
    text += plain(echo.output);
    echoed += 1;
    if (!last) statuses.push(Number(parts[i + 1]));
  }
  return { text, statuses, start, echoed };
}

/** 提示符之后没有敲命令时的文字，去掉重画提示符用的光标控制。 */
function idle(part) {
  return part.replace(/^(?:\x1b\[(?:J|6n))+/, '').replace(/(?:\x1b\[(?:\d+A|H|J))*\r?$/, '');
}

/**
 * 从提示符之后的文字里剪掉敲命令的回显，连同按回车的换行。
 *
 * 后台的程序可能正好这时打印了几行，插在回显的前面或中间；那几行不是回显，单独交出来。
 *
 * @param {string} text 提示符之后的文字
 * @param {string} command 敲的命令
 * @returns {{ stray: string, output: string } | null} 回显还没收全时是 null
 */
export function cutEcho(text, command) {
  const glyphs = [...command, '\n'];
  const starts = matchEcho(text, 0, glyphs, 0);
  if (starts.done) return { stray: '', output: text.slice(starts.at) };
  // 从某个字起，插进了别的：它是整行的，完了以后回显从那个字接着来。插在哪个字之前说不准时，取能接上的。
  for (let end = text.indexOf('\n') + 1; end > 0; end = text.indexOf('\n', end) + 1) {
    for (let i = starts.places.length - 1; i >= 0; i--) {
      if (starts.places[i] >= end) continue;
      const rest = matchEcho(text, end, glyphs, i);
      if (rest.done) return { stray: text.slice(starts.places[i], end), output: text.slice(rest.at) };
    }
  }
  return null;
}

/**
 * 从 text 的 at 起，逐个认 glyphs[first] 以后的字；中间的折行和光标控制跳过。
 *
 * @returns {{ done: boolean, at: number, places: number[] }}
 *   done 是全部认出来了；at 是认到了哪里；places[i] 是认 glyphs[i] 之前在哪里
 */
function matchEcho(text, at, glyphs, first) {
  const places = [];
  for (let i = first; i < glyphs.length; i++) {
    places[i] = at;
    let wrapped = false;
    for (;;) {
      CONTROL.lastIndex = at;
      if (text.startsWith(WRAP, at)) {
        at += WRAP.length;
        wrapped = true;
      } else if (CONTROL.test(text)) {
        at = CONTROL.lastIndex;
      } else break;
    }
    const glyph = glyphs[i];
    if (glyph === '\n') {
      // 命令正好写满一行：光标已经在下一行的开头，回车不再换行。
      if (!wrapped) {
        if (!text.startsWith(NEWLINE, at)) return { done: false, at, places };
        at += NEWLINE.length;
      }
    } else {
      if (!text.startsWith(glyph, at)) return { done: false, at, places };
      at += glyph.length;
    }
  }
  return { done: true, at, places };
}

/** 去掉末尾还没收全的提示符，和后面可能跟着 \n 的 \r。 */
function withoutPartialMark(text) {
  const longest = STATUS.length + 3 + AFTER_STATUS.length;
  for (let at = text.indexOf('\x1b', Math.max(0, text.length - longest)); at >= 0; at = text.indexOf('\x1b', at + 1)) {
    const shape = text.slice(at).replace(/^(\x1b\]133;D;)\d{1,3}/, '$10');
    if (`${STATUS}0${AFTER_STATUS}`.startsWith(shape)) return text.slice(0, at);
  }
  return text.endsWith('\r') ? text.slice(0, -1) : text;
}

/** 终端的 \r\n 还原成 \n。 */
const plain = (text) => text.replaceAll(NEWLINE, '\n');

/**
 * 有没有套接字在 port 上监听（TCP）或绑定（UDP）。与 tests/src/procnet.rs 同一个意思。
 *
 * @param {string} tcp /proc/net/tcp 和 tcp6 的内容，接在一起
 * @param {string} udp /proc/net/udp 和 udp6 的内容，接在一起
 * @param {number} port 端口
 */
export function isListening(tcp, udp, port) {
  const LISTEN = 0x0a;
  return entries(tcp).some((entry) => entry.local === port && entry.state === LISTEN)
    || entries(udp).some((entry) => entry.local === port);
}

/** /proc/net/{tcp,tcp6,udp,udp6} 的各行；认不出的行（表头）跳过。 */
function entries(table) {
  return [...table.matchAll(/^ *\d+: [0-9A-F]+:([0-9A-F]{4}) [0-9A-F]+:[0-9A-F]{4} ([0-9A-F]{2}) /gm)]
    .map(([, local, state]) => ({ local: parseInt(local, 16), state: parseInt(state, 16) }));
}

/**
 * 一个终端里除了 shell 还活着的进程。
 *
 * @param {string} stats 若干 /proc/PID/stat 的内容，一行一个
 * @param {number} terminal 第几个终端，它是 /dev/ttyS0、ttyS1……（主设备号 4，次设备号从 64 起）
 * @returns {{ pid: number, name: string }[]}
 */
export function survivors(stats, terminal) {
  const tty = (4 << 8) | (64 + terminal);
  return stats.split('\n').flatMap((line) => {
    // `号码 (名字) 状态 父进程 进程组 会话 终端 …`；名字里可以有空格和括号。
    const found = /^(\d+) \((.*)\) (\S) \d+ \d+ (\d+) (\d+) /.exec(line);
    if (!found) return [];
    const [pid, session, device] = [found[1], found[4], found[5]].map(Number);
    const alive = !'ZX'.includes(found[3]);
    return alive && device === tty && pid !== session ? [{ pid, name: found[2] }] : [];
  });
}
