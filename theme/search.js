'use strict';

// 中文搜索。
//
// 留下 mdBook 的搜索框、按键和索引，只换掉“怎么找、怎么排、怎么摘”：mdBook 自带的分词器会把汉字整个删掉，
// 纯中文的词一个也找不到。索引里存着每一节的全文（documentStore.docs），所以不用倒排表，直接从头到尾找一遍。
//
// 上半部分是纯函数，node 里也能用（globalThis.bookSearch）；下半部分才碰页面。
(() => {
  // 同一页里可能被执行两次（页脚里一次，按需加载又一次），第二次什么也不做。
  if (globalThis.bookSearch) return;

  // ───── 文本：折叠、压紧 ─────

  /** 汉字和全角标点，全角的字母数字不算。不用正则：准备索引时每个空白都要问两次。 */
  function isCJK(code) {
    if (code < 0x2e80) return code === 0x2014 || code === 0x2026 || code === 0xb7;
    if (code >= 0xff01 && code <= 0xff5e) return !/[0-9a-z]/i.test(String.fromCharCode(code - 0xfee0));
    return code <= 0x9fff || code >= 0xac00;
  }
  const HAN = /[\u3400-\u9fff\uf900-\ufaff]/;

  /** 大小写、全角半角、弯引号直引号，都当成一样。长度不变：折叠以后的第 i 个字就是原文的第 i 个字。 */
  function fold(text) {
    return text
      .replace(/[\uff01-\uff5e]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0))
      .replace(/[“”]/g, '"')
      .replace(/[‘’]/g, "'")
      .replace(/\u0130/g, 'I') // 唯一一个变成小写会变长的字
      .replace(/[\s\u3000]/g, ' ')
      .toLowerCase();
  }

  /**
   * 折叠，再去掉汉字旁边的空白：“TCP 连接”和“TCP连接”要能互相找到，索引里每个行内元素前后也都多出空格。
   * at[i] 是第 i 个字在原文里的位置。
   */
  function squeeze(original) {
    const text = fold(original);
    const at = new Uint32Array(text.length + 1);
    const pieces = [];
    let kept = 0;
    let from = 0;
    const keep = (start, end) => {
      pieces.push(text.slice(start, end));
      for (let i = start; i < end; i += 1) at[kept++] = i;
    };
    for (let i = text.indexOf(' '); i !== -1; i = text.indexOf(' ', from)) {
      let end = i + 1;
      while (text.charCodeAt(end) === 32) end += 1;
      keep(from, i);
      // 按原文判断：全角冒号折叠成了半角，旁边的空白照样不算数。
      const beside = i === 0 || end === text.length || isCJK(original.charCodeAt(i - 1)) || isCJK(original.charCodeAt(end));
      if (!beside) keep(i, i + 1);
      from = end;
    }
    keep(from, text.length);
    at[kept] = text.length;
    return { text: pieces.join(''), at: at.subarray(0, kept + 1) };
  }

  // ───── 查询：拆成几部分 ─────

  /** 中文标点永远是分隔；半角的不是：`println!`、`io::Error`、`?` 都有人找。 */
  const SEPARATORS = /[\s\u3000，。、；：？！“”‘’（）《》〈〉【】「」『』…—·]+/;

  /**
   * 查询的各部分，和整个查询。每一部分都要在同一节里出现，次序不论；用半角双引号括起来的，空格也算数。
   * @returns {{whole: string, parts: string[]}}
   */
  function parse(query) {
    // 全角冒号是标点；连着两个的是没有切换输入法的 `::`。
    const tidy = query.replaceAll('：：', '::').trim();
    const parts = [];
    const rest = tidy.replace(/(^|\s)"([^"]+)"(?=\s|$)/g, (_, before, phrase) => {
      parts.push(phrase);
      return ' ';
    });
    // 汉字后面的半角问号、叹号、逗号，是手懒没有切换输入法。
    parts.push(...rest.replace(/([\u3400-\u9fff])[?!,;:.]+(?=\s|$|[\u3400-\u9fff])/g, '$1 ').split(SEPARATORS));
    const clean = [...new Set(parts.map((part) => squeeze(part.trim()).text).filter(Boolean))];
    const whole = squeeze(tidy.replace(/^"([^"]+)"$/, '$1')).text;
    return { whole, parts: clean.length > 0 || whole === '' ? clean : [whole] };
  }

  // 问法里的虚词。长的在前，“为什么”不能先被“什么”咬掉一口。
  const STOP = [
    '是什么意思', '什么意思', '意思', '有什么区别', '有什么不同', '什么区别', '怎么回事', '有没有', '是不是', '能不能', '会不会', '要不要',
    '该不该', '可不可以', '是什么', '为什么', '为啥', '什么时候', '什么', '怎么样', '怎么办', '怎么', '怎样', '如何', '哪些',
    '哪里', '哪个', '哪一个', '多少', '可以', '能够', '应该', '需要', '一定', '到底', '究竟', '这个', '那个', '这样',
    '一下', '我们', '你们', '的话', '时候', '是否', '还是', '还能', '就是', '就会', '以及', '并且', '或者', '请问',
    '居然', '突然', '老是', '总是', '里面', '之间', '吗', '呢', '吧', '啊', '呀', '的', '地', '得', '了', '着', '是', '在',
    '有', '和', '与', '跟', '把', '被', '让', '给', '也', '都', '就', '还', '才', '又', '再', '很', '会', '能', '要', '我',
    '你', '它', '他', '这', '那', '哪', '谁', '啥', '几', '么', '里', '说', '叫', '算', '比', '从', '到', '对', '为', '用', '去', '来',
  ];
  const STOP_PATTERN = new RegExp(STOP.join('|'), 'g');
  // 里面有虚词的字、却是一个词的，不能拆。
  const KEEP = ['对端', '对方', '地址', '目的', '得到', '会话', '会丢', '返回', '作用', '来源', '用户', '对应', '能力', '说好', '比较', '到达', '占着', '有序', '从属'];
  const KEEP_PATTERN = new RegExp(KEEP.join('|'), 'g');

  // 初学者的说法 → 书里的说法（术语表的“不用”一列，加上几句大白话）。只用来找相近的。
  const SYNONYMS = [
    [/服务器端|服务端|后台程序/, '服务器'], [/句柄|fd/, '描述符'], [/报文|数据包|包/, '数据报'], [/粘包|拆包|分包/, '消息边界'],
    [/回环|本机|localhost/, '环回'], [/socket/, '套接字'], [/套接字/, 'socket'], [/随机端口/, '临时端口'], [/缓存/, '缓冲'],
    [/断开|断线|掉线|挂掉|挂了|关掉|退出/, '关闭 close 对端'], [/卡住|卡死|不动/, '阻塞'], [/报错|出错|错误/, '错误 error'],
    [/占用|被占/, '端口被占'], [/中断|打断|ctrl\+?c/, '信号 eintr'], [/发送/, 'write'], [/接收|收到/, 'read'], [/监听/, 'listen'],
    [/绑定/, 'bind'], [/建立连接|连接/, 'connect'], [/丢包|丢数据|丢失|弄丢/, '会丢'], [/排队|队列/, '积压队列 backlog'],
    [/一半|不完整|少了/, '短读 部分写'], [/泄漏|漏/, 'cloexec'], [/子进程/, 'cloexec'], [/重启|重开|再次?启动/, 'time_wait'], [/拒绝/, 'refused 没人监听'],
    [/对方/, '对端'], [/没了|消失|崩溃|闪退/, '死 panic'], [/已经?被(使用|占|用)|in use/, '端口被占 eaddrinuse'],
    [/阻塞/, '等'], [/太慢|变慢|很慢/, '流量控制'], [/协议族/, '地址族'], [/多大|最大|上限/, '最多'],
  ];

  /** 问句里值得找的：汉字两个一组，字母数字整个一段。weight 是它该有的分量。 */
  function grams(text, weight) {
    const found = new Map();
    const put = (gram, value) => found.set(gram, Math.max(found.get(gram) ?? 0, value));
    for (const run of text.match(/[\u3400-\u9fff\uf900-\ufaff]+|[^\s\u3400-\u9fff\uf900-\ufaff]+/g) ?? []) {
      if (!HAN.test(run)) {
        if (/[a-z0-9_]/.test(run)) put(run.replace(/^[^a-z0-9_&]+|[^a-z0-9_+!%]+$/g, ''), weight);
      } else if (run.length === 1) {
        put(run, weight * 0.4);
      } else {
        for (let i = 0; i + 2 <= run.length; i += 1) put(run.slice(i, i + 2), weight);
      }
    }
    found.delete('');
    return found;
  }

  /** 去掉虚词以后的问句；去得什么也不剩，就用原来的。 */
  function keywords(query) {
    // 先拆再折叠：全角逗号折叠以后就和代码里的分不开了。
    const text = fold(query.split(SEPARATORS).join(' '));
    const held = [];
    // 先把不能拆的词换成私用区的一个字，去完虚词再换回来。
    const masked = text.replace(KEEP_PATTERN, (word) => String.fromCharCode(0xe000 + held.push(word) - 1));
    const left = masked.replace(STOP_PATTERN, ' ').replace(/[\ue000-\uefff]/g, (c) => held[c.charCodeAt(0) - 0xe000]);
    return left.trim() === '' ? text : left;
  }

  // ───── 索引：每一节准备一次 ─────

  const CAPTION = /程序 \d+-\d+[\s\u3000]+listings\/\S+\.rs |会话 \d+-\d+[\s\u3000][^$]*?(?=\$ )/g;
  const ITEM = /^\s*(?:\/\/|#!?\[|(?:pub|fn|unsafe|impl|struct|enum|union|const|static|use|type|trait|mod|extern|macro_rules!)\b|[;,)}])/;

  /** strip-index.mjs 去掉了藏起来的行，剩下的花括号不一定配平，它就在程序末尾放一个看不见的分隔符。 */
  const CODE_END = '\u2063';

  /** 程序在哪里结束：花括号配平，而且后面不再是另一项。 */
  function programEnd(text, start, limit) {
    const mark = text.lastIndexOf(CODE_END, limit - 1); // 一个图框里可能有两段
    if (mark >= start) return mark + 1;
    let depth = 0;
    for (let i = start; i < limit; i += 1) {
      const c = text[i];
      if ((c === '{' || c === '}') && text[i - 1] === "'" && text[i + 1] === "'") continue;
      if (c === '{') depth += 1;
      if (c === '}') depth = Math.max(0, depth - 1);
      if (c === '}' && depth === 0 && !ITEM.test(text.slice(i + 1, Math.min(i + 24, limit)))) return i + 1;
    }
    return limit;
  }

  /**
   * 一节里哪些字是程序和会话，[[起, 止], …]。索引里没有标记，靠图题认：程序从图题到配平的最后一个花括号；
   * 会话到最后一个换行（段落里没有换行），它的末行和后面的段落分不开，算作正文。
   */
  function codeSpans(body) {
    const captions = [...body.matchAll(CAPTION)];
    return captions.flatMap((caption, i) => {
      const start = caption.index + caption[0].length;
      const limit = captions[i + 1]?.index ?? body.length;
      const end = caption[0].startsWith('程序') ? programEnd(body, start, limit) : body.lastIndexOf('\n', limit - 1);
      return end > start ? [[start, end]] : [];
    });
  }

  /** 提示框的标题，索引里是英语；页面上换成了中文，摘录里不要。 */
  const ALERT = /(^|\s)(?:Note|Tip|Important|Warning|Caution)(?=\s)/g;

  function prepareSection(doc, url) {
    const original = doc.body.replace(ALERT, '$1');
    const body = squeeze(original);
    const crumbs = doc.breadcrumbs.split(' » ').filter((crumb, i, all) => crumb !== all[i - 1]);
    // 原文的位置换成压紧以后的位置：at 是递增的，折半查找。
    const inside = (position) => {
      let low = 0;
      let high = body.text.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (body.at[middle] < position) low = middle + 1; else high = middle;
      }
      return low;
    };
    const spans = codeSpans(original).map(([start, end]) => [inside(start), inside(end)]);
    const code = spans.reduce((sum, [start, end]) => sum + end - start, 0);
    return {
      url, body: original, title: doc.title, crumbs, text: body.text, at: body.at, spans, prose: body.text.length - code,
      // 上级的名字只帮着排，不算命中：页名里有“套接字”，不等于每一节都讲它。
      folded: squeeze(doc.title).text, parents: squeeze(crumbs.slice(0, -1).join(' ')).text,
    };
  }

  /** @returns {{sections: object[], average: number}} average 是一节正文的平均长度 */
  function prepare({ doc_urls: urls, index }) {
    const docs = index.documentStore.docs;
    const sections = Object.keys(docs).map((id) => prepareSection(docs[id], urls[id]));
    const total = sections.reduce((sum, section) => sum + section.prose, 0);
    return { sections, average: total / Math.max(1, sections.length) };
  }

  // ───── 匹配 ─────

  const WORD = /[a-z0-9_]/;

  /** 两头是不是词的边界：找 read，thread 里的只算一点点。 */
  function isWord(text, start, end) {
    return !(WORD.test(text[start]) && WORD.test(text[start - 1] ?? ' '))
      && !(WORD.test(text[end - 1]) && WORD.test(text[end] ?? ' '));
  }

  function positions(text, term, most = 200) {
    const found = [];
    for (let i = text.indexOf(term); i !== -1 && found.length < most; i = text.indexOf(term, i + term.length)) found.push(i);
    return found;
  }

  /**
   * 一个词在一节里：正文、代码里各几次（半个词算 0.3 次），在不在标题里。
   * @param {boolean} whole 数字要整个才算：“os error 999”不是 99999
   */
  function count(section, term, whole = false) {
    let hits = positions(section.text, term);
    if (whole && /^\d+$/.test(term)) {
      const digit = /\d/;
      hits = hits.filter((i) => !digit.test(section.text[i - 1] ?? '') && !digit.test(section.text[i + term.length] ?? ''));
    }
    const proseAt = [];
    let prose = 0;
    let code = 0;
    let span = 0;
    for (const hit of hits) {
      while (span < section.spans.length && section.spans[span][1] <= hit) span += 1;
      const value = isWord(section.text, hit, hit + term.length) ? 1 : 0.3;
      if (span < section.spans.length && section.spans[span][0] <= hit) {
        code += value;
      } else {
        prose += value;
        proseAt.push(hit);
      }
    }
    const inTitle = section.folded.indexOf(term);
    const title = inTitle === -1 ? 0 : isWord(section.folded, inTitle, inTitle + term.length) ? 1 : 0.3;
    return { prose, code, title, parents: section.parents.includes(term) ? 1 : 0, hits, proseAt };
  }

  /** BM25 的两样：常见的词不值钱，重复的次数越多越不值钱。 */
  const rarity = (total, having) => Math.log(1 + (total - having + 0.5) / (having + 0.5));
  const saturate = (times, length, average) => (times * 2.2) / (times + 1.2 * (0.4 + 0.6 * length / average));

  /** 含有全部各部分的最短一段有多长；有一样没有就是无穷。 */
  function closest(lists, lengths) {
    const merged = lists.flatMap((list, which) => list.map((at) => [at, which])).sort((a, b) => a[0] - b[0]);
    const last = new Array(lists.length).fill(-1);
    let best = Infinity;
    for (const [at, which] of merged) {
      last[which] = at;
      const first = Math.min(...last);
      if (first >= 0) best = Math.min(best, at + lengths[which] - first);
    }
    return best;
  }

  const NEARBY = 80; // 一两句话有多长

  /** 正文里一两句话之内，最多能凑齐多少分量的词。说的是一件事的词，总是挨在一起。 */
  function densest(row, weights) {
    const hits = row.flatMap(({ proseAt }, g) => proseAt.map((at) => [at, g])).sort((a, b) => a[0] - b[0]);
    const inside = new Map();
    let sum = 0;
    let best = 0;
    let first = 0;
    for (const [at, g] of hits) {
      inside.set(g, (inside.get(g) ?? 0) + 1);
      if (inside.get(g) === 1) sum += weights[g];
      for (; hits[first][0] < at - NEARBY; first += 1) {
        const old = hits[first][1];
        inside.set(old, inside.get(old) - 1);
        if (inside.get(old) === 0) sum -= weights[old];
      }
      best = Math.max(best, sum);
    }
    return best;
  }

  /** 含有查询每一部分的节，好的在前：整句在正文里、整句在代码里、各部分在正文里、有的只在代码里。 */
  function exact({ sections, average }, { whole, parts }) {
    if (parts.length === 0) return [];
    const rows = sections.map((section) => parts.map((part) => count(section, part, parts.length > 1)));
    const idf = parts.map((_, p) => rarity(sections.length, rows.filter((row) => row[p].hits.length || row[p].title).length));
    const lengths = parts.map((part) => part.length);
    const total = lengths.reduce((a, b) => a + b, 0);
    const results = [];
    rows.forEach((row, s) => {
      if (!row.every((part) => part.hits.length > 0 || part.title > 0)) return;
      const section = sections[s];
      let score = 0;
      row.forEach((part, p) => {
        score += idf[p] * saturate(part.prose + 0.1 * part.code, section.prose, average);
        // 标题就是这个词，比标题里顺带提到它好。
        score += idf[p] * part.title * (1.5 + 2.5 * parts[p].length / Math.max(1, section.folded.length));
        score += idf[p] * part.parents * 0.5;
      });
      let tier = row.every((part) => part.prose > 0 || part.title > 0) ? 0 : 1;
      let terms = parts;
      if (parts.length > 1) {
        const weight = idf.reduce((a, b) => a + b, 0);
        const span = closest(row.map((part) => part.hits), lengths);
        score += weight * 2 / (1 + Math.max(0, span - total) / 20);
        const phrase = count(section, whole);
        const verbatim = phrase.prose + phrase.title > 0 ? 0 : phrase.code > 0 ? 1 : 2;
        tier = verbatim < 2 ? verbatim : 2 + tier;
        if (verbatim < 2) terms = [whole];
      }
      results.push({ section, tier, score, terms, near: false });
    });
    return results.sort((a, b) => a.tier - b.tier || b.score - a.score);
  }

  const ENOUGH = 5; // 一字不差的够这么多，就不找相近的
  const LIKE = 0.2; // 沾边少于这么多的，不算相近

  /**
   * 说不出原词时找相近的：去掉虚词，汉字两个一组，加上书里的说法，按沾边的多少排。
   * 沾边太少的不要：书里没有的东西，宁可说没有。
   */
  function near({ sections, average }, query, most) {
    const key = keywords(query);
    const own = grams(key, 1);
    const asked = fold(query); // 同义词看原来的问句：“已经被使用”去掉虚词就散了
    const wanted = new Map(own);
    let extra = '';
    for (const [pattern, words] of SYNONYMS) if (pattern.test(asked)) extra += ` ${words}`;
    for (const [gram, weight] of grams(extra, 0.6)) if (!wanted.has(gram)) wanted.set(gram, weight);
    const names = [...wanted.keys()];
    const rows = sections.map((section) => names.map((gram) => count(section, gram, true)));
    const idf = names.map((gram, g) => wanted.get(gram)
      * rarity(sections.length, rows.filter((row) => row[g].prose || row[g].title || row[g].code).length));
    // 书里一次也没有的两字组，多半是切在两个词中间（“关了马上”切出“关马”），只算一小半。
    const exists = names.map((_, g) => rows.some((row) => row[g].hits.length || row[g].title));
    const mass = names.reduce((sum, gram, g) => sum + (own.has(gram) ? idf[g] * (exists[g] ? 1 : 0.3) : 0), 0);
    const chunks = key.split(/\s+/).filter((chunk) => chunk.length > 2).map((chunk) => squeeze(chunk).text);
    const seats = new Map();
    return sections.map((section, s) => {
      let score = 0;
      let matched = 0;
      rows[s].forEach((row, g) => {
        if (row.prose + row.code + row.title === 0) {
          score += idf[g] * row.parents * 0.3;
          return;
        }
        if (own.has(names[g])) matched += idf[g];
        score += idf[g] * (saturate(row.prose + 0.05 * row.code, section.prose, average) + 1.6 * row.title + 0.6 * row.parents);
      });
      for (const chunk of chunks) if (section.folded.includes(chunk) || section.text.includes(chunk)) score *= 1.15;
      const found = [...chunks, ...names].filter((term) => section.text.includes(term) || section.folded.includes(term));
      // 单独一个字或一个数字到处都是，别的都没有时才标。
      const long = found.filter((term) => term.length > 1);
      const terms = long.length > 0 ? long : found;
      const together = densest(rows[s], idf) / mass;
      return { section, tier: 0, score: score * (0.4 + 0.6 * matched / mass) * (0.3 + 1.4 * together), terms, near: true, share: matched / mass };
    }).filter((result) => result.share >= LIKE)
      .sort((a, b) => b.score - a.score)
      // 相近的靠猜，一页最多占两个位子，别的页才有机会。
      .filter((result) => {
        const page = result.section.url.split('#')[0];
        seats.set(page, (seats.get(page) ?? 0) + 1);
        return seats.get(page) <= 2;
      })
      .slice(0, most);
  }


  /**
   * 找。
   * @param {object} prepared prepare 的结果
   * @returns {{count: number, results: {section, terms, near}[]}} count 是一字不差的有几个；相近的排在它们后面
   */
  function search(prepared, query) {
    const parsed = parse(query);
    const results = exact(prepared, parsed);
    const more = [];
    // 只有一个词的查询没有“相近”可言：拆开一个标识符，或者把一个两字词拆成两个字，找到的都不相干。
    const asks = grams(keywords(query), 1).size > 1;
    if (results.length < ENOUGH && asks) {
      const taken = new Set(results.map((result) => result.section));
      more.push(...near(prepared, query, 10 + results.length).filter((result) => !taken.has(result.section)).slice(0, 10));
    }
    return { count: results.length, results: [...results, ...more] };
  }

  // ───── 摘录 ─────

  /** terms 在原文里的位置，[[起, 止], …]，递增，重叠和相接的合并。 */
  function spots({ text, at }, terms) {
    const found = terms.flatMap((term) => {
      const hits = positions(text, term);
      // 有完整的 read，就不标 thread 里的半个。
      const words = hits.filter((i) => isWord(text, i, i + term.length));
      return (words.length > 0 ? words : hits).map((i) => [at[i], at[i + term.length - 1] + 1, i]);
    });
    found.sort((a, b) => a[0] - b[0] || b[1] - a[1]);
    const merged = [];
    for (const spot of found) {
      const last = merged[merged.length - 1];
      if (last && spot[0] <= last[1]) last[1] = Math.max(last[1], spot[1]); else merged.push([...spot]);
    }
    return merged;
  }

  /** 把 text 的 [from, to) 切成一段段，hit 的要强调。 */
  function cut(text, from, to, hits) {
    const pieces = [];
    let at = from;
    for (const [start, end] of hits) {
      if (start < from || start >= to) continue;
      if (start > at) pieces.push({ text: text.slice(at, start), hit: false });
      pieces.push({ text: text.slice(start, Math.min(end, to)), hit: true });
      at = Math.min(end, to);
    }
    if (at < to) pieces.push({ text: text.slice(at, to), hit: false });
    return pieces;
  }

  const BEFORE = 24;
  const WIDTH = 120;

  /** 从哪里开始摘：不从半句、半个词中间开始。 */
  function beginning(text, hit) {
    const from = Math.max(0, hit - BEFORE);
    if (from === 0) return 0;
    const lead = text.slice(from, hit);
    const stop = Math.max(...['。', '！', '？', '；', '\n'].map((mark) => lead.lastIndexOf(mark)));
    if (stop !== -1) return from + stop + 1;
    const word = /^\w*/.exec(lead)[0].length;
    return WORD.test((text[from - 1] ?? ' ').toLowerCase()) && word < lead.length ? from + word : from;
  }

  /**
   * 摘录：各种命中聚得最多的一段，正文里有就不取代码里的。
   * @returns {{text: string, hit: boolean}[]}
   */
  function teaser({ section, terms }) {
    const all = spots(section, terms);
    if (all.length === 0) {
      const end = Math.min(section.spans.length ? section.at[section.spans[0][0]] : Infinity, WIDTH, section.body.length);
      return cut(section.body, 0, Math.max(end, Math.min(40, section.body.length)), []);
    }
    const isCode = ([, , i]) => section.spans.some(([start, end]) => start <= i && i < end);
    const prose = all.filter((spot) => !isCode(spot));
    const hits = prose.length > 0 ? prose : all;
    let best = null;
    for (let i = 0; i < hits.length; i += 1) {
      const kinds = new Map();
      for (let j = i; j < hits.length && hits[j][1] <= hits[i][0] + WIDTH - BEFORE; j += 1) {
        // 长的命中比短的说明问题，重复的不再算。
        const word = fold(section.body.slice(hits[j][0], hits[j][1]));
        kinds.set(word, word.length);
      }
      const value = [...kinds.values()].reduce((a, b) => a + b, 0);
      if (best === null || value > best.value) best = { value, at: hits[i][0] };
    }
    const from = beginning(section.body, best.at);
    const to = Math.min(section.body.length, Math.max(from + WIDTH, all.find(([start]) => start === best.at)[1]));
    const pieces = cut(section.body, from, to, all);
    if (from > 0) pieces.unshift({ text: '…', hit: false });
    if (to < section.body.length) pieces.push({ text: '…', hit: false });
    return pieces;
  }

  /** 标题里的强调。 */
  function emphasise(text, terms) {
    return cut(text, 0, text.length, spots(squeeze(text), terms));
  }

  // ───── 网址 ─────

  /** 一个词里的空格换成不换行空格，词和词之间才是空格：mdBook 也按空格拆这个参数。 */
  const packTerms = (terms) => terms.map((term) => term.replace(/ /g, '\u00a0')).join(' ');
  const unpackTerms = (value) => value.split(' ').filter(Boolean).map((term) => term.replace(/\u00a0/g, ' '));

  /** 换掉（空的就去掉）几个参数的网址。URLSearchParams 会转义 C++、&mut、100%、a#b。 */
  function withParams(href, params) {
    const url = new URL(href);
    for (const [name, value] of Object.entries(params)) {
      if (value) url.searchParams.set(name, value); else url.searchParams.delete(name);
    }
    return url;
  }

  /** 目标页上标记这些词的正则：和压紧时一样，汉字旁边的空白可有可无。长的在前。 */
  function markPattern(terms) {
    const escape = (c) => c.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
    const one = (c) => {
      if (/\s/.test(c)) return '\\s+';
      if (c === '"') return '["“”＂]';
      if (c === "'") return "['‘’＇]";
      const code = c.charCodeAt(0);
      return code > 0x20 && code < 0x7f ? `[${escape(c)}${String.fromCharCode(code + 0xfee0)}]` : escape(c);
    };
    const pattern = (term) => [...term].map((c, i, all) => {
      const loose = i > 0 && (isCJK(c.charCodeAt(0)) || isCJK(all[i - 1].charCodeAt(0)) || /[:,!?()]/.test(c + all[i - 1]));
      return (loose ? '\\s*' : '') + one(c);
    }).join('');
    return new RegExp([...terms].sort((a, b) => b.length - a.length).map(pattern).join('|'), 'gi');
  }

  globalThis.bookSearch = {
    fold, squeeze, parse, keywords, codeSpans, prepare, search, teaser, emphasise,
    packTerms, unpackTerms, withParams, markPattern,
  };

  // ───── 以下是页面 ─────

  if (typeof document === 'undefined') return;
  const byId = (name) => document.getElementById(`mdbook-${name}`);
  const box = byId('searchbar');
  if (!box) return; // 这本书关掉了搜索
  const form = byId('searchbar-outer');
  const wrapper = byId('search-wrapper');
  const icon = byId('search-toggle');
  const list = byId('searchresults');
  const panel = byId('searchresults-outer');
  const header = byId('searchresults-header');
  const content = byId('content');
  const SHOWN = 30;
  const LONGEST = 60; // 再长的查询，在结果的标题里只写开头

  let source = null; // prepared 是从哪份索引准备的
  let prepared = null;
  let composing = false;

  /** 界面上的词都是中文。 */
  function speakChinese() {
    box.placeholder = '搜索这本书…';
    box.setAttribute('aria-label', '搜索这本书');
    box.setAttribute('aria-describedby', header.id); // 模板里写的是一个不存在的 id
    box.autocomplete = 'off';
    box.spellcheck = false;
    box.maxLength = 300; // 粘错了整段文字，网址也装得下
    icon.title = '搜索（/）';
    icon.setAttribute('aria-label', '打开或关闭搜索');
    header.setAttribute('role', 'status');
    list.setAttribute('aria-label', '搜索结果');
    const spinner = form.querySelector('.spinner-wrapper');
    spinner?.setAttribute('role', 'img');
    spinner?.setAttribute('aria-label', '正在取索引');
  }

  function fill(element, pieces) {
    // 只建文本节点，索引里的尖括号永远不会变成标签。
    element.append(...pieces.map(({ text, hit }) => {
      if (!hit) return text;
      const em = document.createElement('em');
      em.textContent = text;
      return em;
    }));
    return element;
  }

  /** 一条结果。`li > a + .teaser` 的形状是 mdBook 的样式和按键认得的。 */
  function item(result, i) {
    const { section, terms } = result;
    const [page, fragment] = section.url.split('#');
    const link = document.createElement('a');
    const target = new URL(path_to_root + page, document.baseURI);
    target.search = `?highlight=${encodeURIComponent(packTerms(terms))}`;
    target.hash = fragment ?? '';
    link.href = target.href;
    link.setAttribute('aria-details', `mdbook-teaser_${i}`);
    if (result.near) {
      const label = document.createElement('span');
      label.className = 'search-near';
      label.textContent = '相近';
      link.append(label, ' ');
    }
    section.crumbs.forEach((crumb, at) => {
      if (at > 0) link.append(' » ');
      fill(link, emphasise(crumb, terms));
    });
    const text = document.createElement('span');
    text.className = 'teaser';
    text.id = `mdbook-teaser_${i}`;
    text.setAttribute('aria-label', '摘录');
    fill(text, teaser(result));
    const element = document.createElement('li');
    element.append(link, text);
    return element;
  }

  function summary(asked, { count: found, results }) {
    const query = asked.length > LONGEST ? `${asked.slice(0, LONGEST)}……` : asked;
    const close = results.length - found;
    if (found === 0) return `没有找到“${query}”${close ? `，有 ${close} 个相近的结果` : '。'}`;
    const shown = found > SHOWN ? `，先列出 ${SHOWN} 个` : '';
    return `“${query}”：${found} 个结果${shown}${close ? `，另有 ${close} 个相近` : ''}`;
  }

  function clear() {
    box.classList.remove('active');
    form.classList.remove('searching');
    panel.classList.add('hidden');
    list.replaceChildren();
  }

  /** 按搜索框里现在的字列出结果。索引还没有到，就等：到了会再来。 */
  function render() {
    const query = box.value.trim();
    if (query === '') return clear();
    box.classList.add('active');
    const config = window.search;
    if (!config?.index) return form.classList.add('searching');
    if (source !== config.index) {
      source = config.index;
      prepared = prepare(config);
    }
    const found = search(prepared, query);
    header.textContent = summary(query, found);
    list.replaceChildren(...found.results.slice(0, SHOWN).map(item));
    panel.classList.remove('hidden');
    form.classList.remove('searching');
  }

  /** 网址跟着搜索框走，刷新和后退才回得来。同一次搜索只占一条历史。 */
  function followBox() {
    const query = box.value.trim();
    const before = new URL(location.href).searchParams.get('search');
    const url = withParams(location.href, { search: query, highlight: '' });
    if (query !== '') url.hash = '';
    if (url.href === location.href) return;
    history[before === null && query !== '' ? 'pushState' : 'replaceState']({}, document.title, url);
  }

  function run() {
    followBox();
    if (window.Mark) new window.Mark(content).unmark();
    render();
  }

  // ───── 目标页上的标记 ─────

  const isVisible = (element) => element.getClientRects().length > 0;

  /** 跳到的这一节里，命中全在藏起来的行或收起来的答案里时，把它们打开：不然读者看到的是一页没有标记的字。 */
  function reveal(marks) {
    const heading = document.getElementById(decodeURIComponentSafely(location.hash.slice(1)));
    const headings = [...content.querySelectorAll('h1[id], h2[id], h3[id]')];
    const next = headings[headings.indexOf(heading) + 1];
    const FOLLOWING = Node.DOCUMENT_POSITION_FOLLOWING;
    const here = marks.filter((mark) => !heading || (heading.compareDocumentPosition(mark) & FOLLOWING
      && (!next || mark.compareDocumentPosition(next) & FOLLOWING)));
    if (here.some(isVisible)) return;
    for (const mark of here) {
      for (let details = mark.closest('details'); details; details = details.parentElement.closest('details')) details.open = true;
      const code = mark.closest('.boring') && mark.closest('.hide-boring');
      // 有“整个文件”的按钮就按它，按钮上的字才跟着变；一个图框按一次就够。
      const expand = code?.closest('figure')?.querySelector('.tools [aria-expanded]');
      if (expand?.getAttribute('aria-expanded') === 'false') expand.click();
      else if (!expand) code?.classList.remove('hide-boring');
    }
  }

  function decodeURIComponentSafely(text) {
    try { return decodeURIComponent(text); } catch { return text; }
  }

  /** mdBook 按空格拆开、不跨元素地标；重标一遍，让跨着 `<code>` 边界和空格的也标上。 */
  function markPage() {
    const terms = unpackTerms(new URL(location.href).searchParams.get('highlight') ?? '');
    if (!window.Mark) return;
    const marker = new window.Mark(content);
    marker.unmark();
    if (terms.length === 0) return;
    marker.markRegExp(markPattern(terms), {
      acrossElements: true,
      exclude: ['svg *', 'script', 'style', '.buttons', '.buttons *'], // SVG 里放不下 mark，放了字就不见了
    });
    const marks = [...content.querySelectorAll('mark')];
    reveal(marks);
    // 图里的字标不了，就把整幅图框出来。
    const drawings = [...content.querySelectorAll('.drawing svg')].filter(({ textContent }) => markPattern(terms).test(textContent));
    for (const drawing of drawings) drawing.classList.add('search-hit');
    const hide = () => {
      for (const drawing of drawings) drawing.classList.remove('search-hit');
      for (const mark of marks) mark.classList.add('fade-out');
      setTimeout(() => marker.unmark(), 300);
      history.replaceState({}, document.title, withParams(location.href, { highlight: '' }));
    };
    for (const hit of [...marks, ...drawings]) hit.addEventListener('click', hide, { once: true });
  }

  // ───── 接管 ─────

  /** 搜索框、标记跟着网址走：打开页面、刷新、后退、前进。 */
  function followUrl() {
    const query = new URL(location.href).searchParams.get('search') ?? '';
    const open = !wrapper.classList.contains('hidden');
    // mdBook 打开搜索框的函数不外露，图标的点击就是它；它也负责去取索引。
    if (open !== (query !== '')) icon.click();
    if (query !== '') {
      box.value = query;
      render();
    }
    markPage();
  }

  /**
   * mdBook 先跑过一遍的话，网址里的查询已经被它不转义地改写：C%2B%2B 成了 C++（再读是“C  ”），%26mut 成了 &mut（再读是空的），
   * a%23b 的后一半成了锚点。搜索框里的才是原样，照它把网址整个重写。
   */
  function repairUrl() {
    const query = box.value.trim();
    if (query === '' || !new URL(location.href).searchParams.has('search')) return;
    history.replaceState({}, document.title, withParams(location.origin + location.pathname, { search: query }));
  }

  /** mdBook 拿到索引以后会自己找一次：让它什么也不做，等它写完再由我们来列。 */
  function matcher() {
    queueMicrotask(render);
    return [];
  }

  let adopted = null;
  /** 接管 mdBook 的搜索。它可能早就在了，也可能晚到；每来一个脚本就看一眼。 */
  function adopt() {
    // 补在原型上：带着 ?search= 打开时，索引可能已经建好，补 Index.load 就晚了。
    if (window.elasticlunr) window.elasticlunr.Index.prototype.search = matcher;
    // mdBook 把 onpopstate 设成自己的，这就是它已经运行过的记号。
    if (typeof window.onpopstate !== 'function' || window.onpopstate === adopted) return;
    adopted = window.onpopstate = () => followUrl();
    window.search.hasFocus ??= () => document.activeElement === box; // 网址坏到 mdBook 中途抛错时，这个函数就缺了
    repairUrl();
    followUrl();
  }

  // 以下都在捕获阶段：赶在 mdBook 的处理之前，而且不在乎谁先登记。
  // mdBook 靠 keyup 找：输入法上屏、粘贴、用鼠标选候选字都没有 keyup，拼音打到一半却有。
  window.addEventListener('keyup', (event) => {
    if (event.target === box) event.stopPropagation();
  }, true);
  // 输入法开着的时候，回车、方向键、Esc 都是它的，一个也不能传给 mdBook：它会跳走。229 是 Safari 的说法。
  window.addEventListener('keydown', (event) => {
    if (event.target === box && (event.isComposing || event.keyCode === 229)) event.stopPropagation();
  }, true);
  box.addEventListener('compositionstart', () => { composing = true; });
  box.addEventListener('compositionend', () => { composing = false; run(); });
  box.addEventListener('input', () => { if (!composing) run(); });
  box.addEventListener('blur', () => { composing = false; });
  // 脚本的 load 不冒泡，但捕获得到：mdBook 的脚本晚到时靠它接管。
  document.addEventListener('load', (event) => {
    if (event.target.nodeName !== 'SCRIPT') return;
    adopt();
    if (event.target.id === 'mdbook-search-index') queueMicrotask(render);
  }, true);
  window.addEventListener('error', (event) => {
    if (event.target?.id !== 'mdbook-search-index') return;
    event.target.remove(); // 留着的话，mdBook 不会再取
    form.classList.remove('searching');
    header.textContent = '搜索索引没有取到。检查网络，关掉搜索框再打开，就会重试。';
    panel.classList.remove('hidden');
  }, true);

  speakChinese();
  adopt();
})();
