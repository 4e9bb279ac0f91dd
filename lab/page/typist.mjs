// 替读者敲键盘：一个字一个字地敲，看得见。它和真的机器有同样的方法，重放会话的 Player 分不出来。

/** 一行最多敲这么久，毫秒。 */
const LONGEST = 1200;
/** 一个字最多停这么久，毫秒。 */
const SLOWEST = 24;

/** 敲 length 个字时，每个字停多久。 */
export function pace(length) {
  return length <= 1 ? 0 : Math.min(SLOWEST, LONGEST / length);
}

/**
 * 包在机器外面的打字员：别的都是机器的，只有敲字由它来。同一个终端里，自动敲的和读者敲的排一条队，不会夹在一起。
 * @param {object} guest lab/guest.mjs 的 Guest
 * @param {{hurry?: () => boolean, wait?: (ms: number) => Promise<void>}} options
 *   hurry 说要不要省去停顿（读者不要动画，或者这一页不在眼前）
 */
export function typist(guest, { hurry = () => false, wait = sleep } = {}) {
  const queues = Array.from({ length: guest.count }, () => Promise.resolve());
  const enqueue = (terminal, job) => {
    const done = queues[terminal].then(job);
    queues[terminal] = done.catch(() => {});
    return done;
  };
  const own = {
    /** 自动敲的。敲完才算完。 */
    write: (terminal, text) => enqueue(terminal, async () => {
      const keys = [...text];
      const pause = pace(keys.length);
      for (const key of keys) {
        if (pause > 0 && !hurry()) await wait(pause);
        await guest.write(terminal, key);
      }
    }),
    /** 等到要敲的都敲完了。 */
    idle: () => Promise.all(queues),
    /** 读者敲的，原样送去。 */
    keys: (terminal, text) => enqueue(terminal, () => guest.write(terminal, text)),
  };
  return new Proxy(guest, {
    get(_, name) {
      if (Object.hasOwn(own, name)) return own[name];
      return typeof guest[name] === 'function' ? guest[name].bind(guest) : guest[name];
    },
  });
}

function sleep(ms) {
  return new Promise((resolve) => { setTimeout(resolve, ms); });
}
