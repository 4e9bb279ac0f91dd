//! 录音与新一次运行的比较：逐字节相同，除了声明过会变的词。

use std::collections::BTreeMap;

use serde::Deserialize;
use similar::{ChangeTag, TextDiff};

/// 一行里会变的词：样式里的 `{名字}` 可以取哪些值。
///
/// 一条声明正好对一行；一个会话里同名的词，每次运行都是同一个值。
#[derive(Debug)]
pub struct Vary {
    terminal: String,
    line: String,
    /// 样式切开以后的样子：`literals[0] words[0] literals[1] words[1] … literals[n]`。
    literals: Vec<String>,
    words: Vec<Word>,
}

/// 一个会变的词。
#[derive(Debug, Clone)]
struct Word {
    name: String,
    kind: Kind,
}

/// 一个词可以取的值。
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Kind {
    /// 十进制整数，落在闭区间里。
    Integer([i64; 2]),
    /// 列出的几个词之一；词里没有空白。
    OneOf(Vec<String>),
    /// 这段文字的开头几个字，至少一个。只有它可以含空格：读到多少看运气，读到的次序却是定的。
    PrefixOf(String),
    /// 进程号。
    Pid(bool),
}

/// Linux 上进程号的上限（/proc/sys/kernel/pid_max 最大 2^22）。
const PID_MAX: i64 = 4_194_304;
/// 整数最大写到多少；再大就等于什么数都行。
const INTEGER_MAX: i64 = 4_294_967_295;
/// 最多列几个词；再多就该想别的办法。
const CHOICES_MAX: usize = 16;

impl Kind {
    /// 取值有没有界限、说不说得通。
    fn check(&self, name: &str) -> Result<(), String> {
        let fail = |why: String| Err(format!("{{{name}}} 的取值：{why}"));
        match self {
            Kind::Integer([low, high]) if *low < 0 || low >= high || *high > INTEGER_MAX => {
                fail(format!(
                    "integer 要写成 [小, 大]，在 0～{INTEGER_MAX} 之间，给的是 [{low}, {high}]"
                ))
            }
            Kind::OneOf(values) => {
                if !(2..=CHOICES_MAX).contains(&values.len()) {
                    return fail(format!("one_of 要列 2～{CHOICES_MAX} 个词"));
                }
                for (at, value) in values.iter().enumerate() {
                    if value.is_empty()
                        || value.chars().any(|c| c.is_whitespace() || c.is_control())
                    {
                        return fail(format!("one_of 里的 {value:?} 不是一个词"));
                    }
                    if values[..at].contains(value) {
                        return fail(format!("one_of 里的 {value:?} 写了两次"));
                    }
                }
                Ok(())
            }
            Kind::PrefixOf(text)
                if text.chars().count() < 2 || text.chars().any(char::is_control) =>
            {
                fail(format!("prefix_of 要一段至少两个字的文字，给的是 {text:?}"))
            }
            Kind::Pid(false) => fail("pid 只能写 true".into()),
            _ => Ok(()),
        }
    }

    fn fits(&self, word: &str) -> bool {
        let integer = |low, high| {
            let canonical = word.parse::<i64>().ok().filter(|n| n.to_string() == word);
            canonical.is_some_and(|n| (low..=high).contains(&n))
        };
        match self {
            Kind::Integer([low, high]) => integer(*low, *high),
            Kind::Pid(_) => integer(1, PID_MAX),
            Kind::OneOf(values) => values.iter().any(|value| value == word),
            Kind::PrefixOf(text) => !word.is_empty() && text.starts_with(word),
        }
    }
}

impl Vary {
    /// 从样式和各词的取值造出一条声明。样式里的 `{{` 是 `{` 本身。
    ///
    /// `known` 是这个会话里已经声明过的词：可以直接用，新声明的记进去。
    ///
    /// # Errors
    /// 样式里没有 `{名字}`、除了它们没有别的字（那是整行可变）、两个词紧挨着、有名字没声明取值、有声明没用到、
    /// 取值没有界限、或与先前的同名声明不同时，返回一句说明。
    pub fn new(
        terminal: String,
        line: &str,
        mut kinds: BTreeMap<String, Kind>,
        known: &mut BTreeMap<String, Kind>,
    ) -> Result<Self, String> {
        let mut literals = Vec::new();
        let mut words: Vec<Word> = Vec::new();
        let mut literal = String::new();
        let mut rest = line;
        while let Some((before, after)) = rest.split_once('{') {
            literal.push_str(before);
            if let Some(after) = after.strip_prefix('{') {
                literal.push('{');
                rest = after;
                continue;
            }
            let Some((name, after)) = after.split_once('}') else {
                return Err(format!(
                    "“{line}”里的 {{ 没有配对的 }}（要写 {{ 本身，写两个）"
                ));
            };
            let kind = match (kinds.remove(name), known.get(name)) {
                (Some(kind), Some(same)) if kind != *same => {
                    return Err(format!("“{line}”里的 {{{name}}} 与先前的同名声明取值不同"));
                }
                (Some(kind), _) => kind,
                (None, Some(kind)) => kind.clone(),
                (None, None) => return Err(format!("“{line}”里的 {{{name}}} 没有声明取值")),
            };
            kind.check(name)?;
            known.insert(name.to_owned(), kind.clone());
            if !words.is_empty() && literal.is_empty() {
                return Err(format!("“{line}”里两个词紧挨着，分不开"));
            }
            words.push(Word {
                name: name.to_owned(),
                kind,
            });
            literals.push(std::mem::take(&mut literal));
            rest = after;
        }
        literals.push(literal + rest);
        if words.is_empty() {
            return Err(format!("“{line}”里没有会变的词"));
        }
        if !literals.concat().contains(char::is_alphanumeric) {
            return Err(format!("“{line}”整行都会变；只许声明一个词"));
        }
        if let Some(name) = kinds.keys().next() {
            return Err(format!("声明了 {name}，“{line}”里却没有它"));
        }
        Ok(Self {
            terminal,
            line: line.to_owned(),
            literals,
            words,
        })
    }

    /// 这一行符合样式，而且每个词都在声明的范围里的话，各个词的值。
    fn values<'l>(&self, line: &'l str) -> Option<Vec<&'l str>> {
        let rest = line.strip_prefix(self.literals[0].as_str())?;
        let mut values = Vec::new();
        split(rest, &self.words, &self.literals[1..], &mut values).then_some(values)
    }

    /// 这一行是否符合样式，而且每个词都在声明的范围里。
    #[must_use]
    pub fn fits(&self, line: &str) -> bool {
        self.values(line).is_some()
    }
}

/// 把 `rest` 切成 `word[0] literal[0] word[1] literal[1] …`，成功时 `values` 里是各个词。分法不唯一时逐一试。
fn split<'l>(
    rest: &'l str,
    words: &[Word],
    literals: &[String],
    values: &mut Vec<&'l str>,
) -> bool {
    let ([word, words @ ..], [literal, literals @ ..]) = (words, literals) else {
        return rest.is_empty();
    };
    let ends = rest.char_indices().map(|(at, _)| at).chain([rest.len()]);
    for at in ends {
        let (value, tail) = rest.split_at(at);
        let Some(tail) = tail.strip_prefix(literal.as_str()) else {
            continue;
        };
        if word.kind.fits(value) {
            values.push(value);
            if split(tail, words, literals, values) {
                return true;
            }
            values.pop();
        }
    }
    false
}

/// 这个终端的每条声明对上的行，从上到下依次用掉；一条声明正好对一行。
fn locate<'v>(
    terminal: &str,
    recorded: &str,
    vary: &'v [Vary],
) -> Result<Vec<(usize, &'v Vary)>, String> {
    let mut left: Vec<&Vary> = vary.iter().filter(|v| v.terminal == terminal).collect();
    let mut places = Vec::new();
    for (number, line) in recorded.lines().enumerate() {
        if let Some(at) = left.iter().position(|v| v.fits(line)) {
            places.push((number, left.remove(at)));
        }
    }
    match left.first() {
        None => Ok(places),
        Some(v) => Err(format!(
            "终端 {terminal}：声明了会变的一行“{}”，录音里却没有符合它的行（一条声明对一行）",
            v.line
        )),
    }
}

/// 比较一个终端的录音 `recorded` 与这次的 `actual`。
///
/// # Errors
/// 有一行不同而且不在声明之内、行数不同、有声明在录音里没用上、或同名的词取了不同的值时，返回差异的文字。
pub fn compare(terminal: &str, recorded: &str, actual: &str, vary: &[Vary]) -> Result<(), String> {
    let places = locate(terminal, recorded, vary)?;
    // 会变而且合格的行先换成录音里的样子，剩下的差异就都是真的。
    let recorded_lines: Vec<&str> = recorded.split_inclusive('\n').collect();
    let mut settled: Vec<&str> = actual.split_inclusive('\n').collect();
    for &(number, v) in &places {
        if let Some(line) = settled.get_mut(number)
            && v.fits(line.trim_end_matches('\n'))
        {
            *line = recorded_lines[number];
        }
    }
    let settled = settled.concat();
    if settled != recorded {
        return Err(diff(recorded, &settled));
    }
    agree([(terminal, recorded)], vary)?;
    agree([(terminal, actual)], vary)
}

/// 一次运行的全部终端里，同名的词是不是同一个值。不合声明的文字由 [`compare`] 去说，这里略过。
///
/// # Errors
/// 有同名而不同值的词时，返回在哪两处、各是什么。
pub fn agree<'t>(
    texts: impl IntoIterator<Item = (&'t str, &'t str)>,
    vary: &[Vary],
) -> Result<(), String> {
    let mut seen: BTreeMap<&str, (&str, String)> = BTreeMap::new();
    for (terminal, text) in texts {
        let lines: Vec<&str> = text.lines().collect();
        for (number, v) in locate(terminal, text, vary).unwrap_or_default() {
            let values = v.values(lines[number]).unwrap_or_default();
            for (word, value) in v.words.iter().zip(values) {
                let place = format!("终端 {terminal} 第 {} 行", number + 1);
                let (first, at) = seen.entry(&word.name).or_insert((value, place.clone()));
                if *first != value {
                    return Err(format!(
                        "同名的词 {{{}}} 要是同一个值：{at}是 {first}，{place}却是 {value}",
                        word.name
                    ));
                }
            }
        }
    }
    Ok(())
}

/// 一次运行的全部终端自己合不合声明：每条声明都用上了，同名的词同值。
///
/// # Errors
/// 不合时返回一句说明。
pub fn consistent(texts: &BTreeMap<String, String>, vary: &[Vary]) -> Result<(), String> {
    let texts = || {
        texts
            .iter()
            .map(|(name, text)| (name.as_str(), text.as_str()))
    };
    for (terminal, text) in texts() {
        locate(terminal, text, vary)?;
    }
    agree(texts(), vary)
}

/// 带 `-`（录音有、这次没有）和 `+`（这次有、录音没有）的逐行差异。看不见的字符写成转义。
#[must_use]
pub fn diff(recorded: &str, actual: &str) -> String {
    let mut text = String::from("  （- 录音  + 这次）\n");
    for change in TextDiff::from_lines(recorded, actual).iter_all_changes() {
        let sign = match change.tag() {
            ChangeTag::Delete => '-',
            ChangeTag::Insert => '+',
            ChangeTag::Equal => ' ',
        };
        let line = change.value();
        let (line, end) = match line.strip_suffix('\n') {
            Some(line) => (line, ""),
            None => (line, "  （行末没有换行）"),
        };
        let visible: String = line
            .chars()
            .map(|c| match c {
                c if c.is_control() => c.escape_default().to_string(),
                c => c.to_string(),
            })
            .collect();
        text.push_str(&format!("  {sign} {visible}{end}\n"));
    }
    text
}
