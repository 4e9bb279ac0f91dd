// 实验台对读者说的话：纯函数，不碰页面，也不碰机器。

const KEYS = { 'ctrl-c': 'Ctrl-C', 'ctrl-d': 'Ctrl-D' };

/**
 * 把会话的步骤并成读者的步骤：只等待、不动手的，并到前一步里。
 * @param {object[]} steps sessions.json 里的 steps
 * @returns {object[][]} 每组第一个是动手的那一步
 */
export function group(steps) {
  const groups = [];
  for (const step of steps) {
    const acts = ['type', 'send', 'key'].some((kind) => step[kind] !== undefined);
    if (acts || groups.length === 0) groups.push([step]);
    else groups.at(-1).push(step);
  }
  return groups;
}

/**
 * 一组步骤要做什么，说给读者听。
 * @param {object[]} steps group 的一组
 * @param {(terminal: string) => string} name 终端的名字 → 读者看的名字
 * @returns {{where: string, code: string, wait: string}} 在哪里做什么；照敲的那一行（不动手时为空）；做完等什么（不等时为空）
 */
export function describe(steps, name) {
  const [step] = steps;
  const waits = steps.filter(({ until }) => until !== undefined)
    .map(({ terminal, until }) => describeWait(until, terminal === step.terminal ? '' : `“${name(terminal)}”里`));
  return { ...describeAction(step, `“${name(step.terminal)}”`), wait: waits.join('，') };
}

function describeAction(step, terminal) {
  if (step.type !== undefined) return { where: `在${terminal}里敲`, code: step.type };
  if (step.key !== undefined) return { where: `在${terminal}里按`, code: KEYS[step.key] ?? step.key };
  if (step.send === '') return { where: `在${terminal}里按`, code: '回车' };
  if (step.send !== undefined) return { where: `给${terminal}里的程序输入`, code: step.send };
  return { where: `看着${terminal}`, code: '' };
}

/** 做完一步要等到什么；where 是“客户端”里，就在眼前的终端不说。 */
function describeWait(until, where) {
  if (until.listening !== undefined) return `等 ${until.listening} 端口就绪`;
  if (until.text !== undefined) return `等${where}出现“${until.text}”`;
  const what = where === '' ? '它' : `${where}的命令`;
  return until.exit === 0 ? `等${what}结束` : `等${what}以 ${until.exit} 结束`;
}

/** 字节数 → “3.4 MB”。 */
export function megabytes(bytes) {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

/** 取文件的进度；总数还不知道时只说取了多少。 */
export function describeProgress(loaded, total) {
  return total > 0 ? `${megabytes(Math.min(loaded, total))} / ${megabytes(total)}` : megabytes(loaded);
}

/** 出了什么事：页面按种类说话，不认得的归到“起不来”。 */
export class LabError extends Error {
  /**
   * @param {'unsupported' | 'download' | 'memory' | 'timeout' | 'unknown-session'} kind
   * @param {string} detail 给想知道究竟的读者，一句
   */
  constructor(kind, detail = '') {
    super(detail || kind);
    this.name = 'LabError';
    this.kind = kind;
    this.detail = detail;
  }
}

const TROUBLES = {
  unsupported: ['这个浏览器没有 WebAssembly，实验台要靠它', '换一个新一点的浏览器，或者把 WebAssembly 打开。'],
  download: ['没有取到实验台的文件', '看看网络通不通，再试一次。这本书要是刚更新过，先刷新这一页。'],
  memory: ['内存不够，机器起不来', '实验台要大约 300 MB 内存。关掉几个标签页，再试一次。'],
  timeout: ['等了很久，机器还没有起来', '这台设备可能正忙。过一会儿再试一次。'],
  'unknown-session': ['实验台里没有这个会话', '这一页可能是旧的，刷新以后再试。'],
  broken: ['机器起不来', '再试一次；还不行，就刷新这一页。'],
};

/**
 * 出了错怎么说：发生了什么、可以做什么。
 * @param {unknown} error 任何抛出来的东西
 * @returns {{title: string, advice: string, detail: string}}
 */
export function describeTrouble(error) {
  const kind = troubleKind(error);
  const [title, advice] = TROUBLES[kind];
  return { title, advice, detail: error instanceof LabError ? error.detail : String(error?.message ?? error) };
}

function troubleKind(error) {
  if (error instanceof LabError) return Object.hasOwn(TROUBLES, error.kind) ? error.kind : 'broken';
  for (let cause = error; cause; cause = cause.cause) {
    if (cause.name === 'RangeError' || /out of memory|could not allocate/i.test(cause.message ?? '')) return 'memory';
  }
  return 'broken';
}

/**
 * 一步没有走成：说是哪一步，接着能做什么。
 * @param {{where: string, code: string}} step describe 的结果
 * @param {unknown} error Player 抛出来的
 */
export function describeFailure({ where, code }, error) {
  return {
    title: `这一步没有走成：${where}${code ? `“${code}”` : ''}`,
    advice: '终端还在，可以自己接着敲；也可以按“重来”。',
    // Player 数的是会话文件里的步骤，读者数的是面板上的，所以不说它的号。
    detail: String(error?.message ?? error).replace(/^第 \d+ 步（终端 \S+?）：/, ''),
  };
}
