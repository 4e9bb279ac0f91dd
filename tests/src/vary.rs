//! 录音与新一次运行的比较：逐字节相同，除了声明过会变的词。

use std::collections::BTreeMap;

use serde::Deserialize;
use similar::{ChangeTag, TextDiff};

/// 一行里会变的词：样式里的 `{名字}` 可以取哪些值。
#[derive(Debug)]
pub struct Vary {
    terminal: String,
    line: String,
    /// 样式切开以后的样子：`literals[0] word[0] literals[1] word[1] … literals[n]`。
    literals: Vec<String>,
    words: Vec<Kind>,
}

/// 一个词可以取的值。
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Kind {
    /// 十进制整数，落在闭区间里。
    Integer([i64; 2]),
    /// 列出的几个值之一。
    OneOf(Vec<String>),
    /// 进程号。
    Pid(bool),
}

/// Linux 上进程号的上限（/proc/sys/kernel/pid_max 最大 2^22）。
const PID_MAX: i64 = 4_194_304;

impl Kind {
    fn fits(&self, word: &str) -> bool {
        let integer = |low, high| {
            let canonical = word.parse::<i64>().ok().filter(|n| n.to_string() == word);
            canonical.is_some_and(|n| (low..=high).contains(&n))
        };
        match self {
            Kind::Integer([low, high]) => integer(*low, *high),
            Kind::Pid(_) => integer(1, PID_MAX),
            Kind::OneOf(values) => values.iter().any(|value| value == word),
        }
    }
}

impl Vary {
    /// 从样式和各词的取值造出一条声明。样式里的 `{{` 是 `{` 本身。
    ///
    /// # Errors
    /// 样式里没有 `{名字}`、除了它们什么都没有（那是整行可变）、两个词紧挨着、有名字没声明取值、或有声明没用到时，返回一句说明。
    pub fn new(
        terminal: String,
        line: &str,
        mut kinds: BTreeMap<String, Kind>,
    ) -> Result<Self, String> {
        let mut literals = Vec::new();
        let mut words = Vec::new();
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
            let Some(kind) = kinds.remove(name) else {
                return Err(format!("“{line}”里的 {{{name}}} 没有声明取值，或用了两次"));
            };
            if !words.is_empty() && literal.is_empty() {
                return Err(format!("“{line}”里两个词紧挨着，分不开"));
            }
            words.push(kind);
            literals.push(std::mem::take(&mut literal));
            rest = after;
        }
        literals.push(literal + rest);
        if words.is_empty() {
            return Err(format!("“{line}”里没有会变的词"));
        }
        let free = words.iter().any(|kind| !matches!(kind, Kind::OneOf(_)));
        if free && literals.iter().all(|literal| literal.trim().is_empty()) {
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

    /// 这一行是否符合样式，而且每个词都在声明的范围里。
    #[must_use]
    pub fn fits(&self, line: &str) -> bool {
        let Some(rest) = line.strip_prefix(self.literals[0].as_str()) else {
            return false;
        };
        fits_from(rest, &self.words, &self.literals[1..])
    }
}

/// `rest` 是否等于 `word[0] literal[0] word[1] literal[1] …`。分法不唯一时逐一试。
fn fits_from(rest: &str, words: &[Kind], literals: &[String]) -> bool {
    let ([word, words @ ..], [literal, literals @ ..]) = (words, literals) else {
        return rest.is_empty();
    };
    rest.char_indices()
        .map(|(at, _)| at)
        .chain([rest.len()])
        .any(|at| {
            let (value, tail) = rest.split_at(at);
            word.fits(value)
                && tail
                    .strip_prefix(literal.as_str())
                    .is_some_and(|tail| fits_from(tail, words, literals))
        })
}

/// 比较一个终端的录音 `recorded` 与这次的 `actual`。
///
/// # Errors
/// 有一行不同而且不在声明之内、行数不同、或有声明在录音里没用上时，返回差异的文字。
pub fn compare(terminal: &str, recorded: &str, actual: &str, vary: &[Vary]) -> Result<(), String> {
    let vary: Vec<&Vary> = vary.iter().filter(|v| v.terminal == terminal).collect();
    for v in &vary {
        if !recorded.lines().any(|line| v.fits(line)) {
            return Err(format!(
                "终端 {terminal}：声明了会变的一行“{}”，录音里却没有符合它的行",
                v.line
            ));
        }
    }
    // 会变而且合格的行先换成录音里的样子，剩下的差异就都是真的。
    let recorded_lines: Vec<&str> = recorded.split_inclusive('\n').collect();
    let actual_lines: Vec<&str> = actual.split_inclusive('\n').collect();
    let mut settled = String::new();
    for (i, line) in actual_lines.iter().enumerate() {
        let sample = recorded_lines.get(i).copied().unwrap_or_default();
        let same = vary
            .iter()
            .any(|v| v.fits(line.trim_end_matches('\n')) && v.fits(sample.trim_end_matches('\n')));
        settled.push_str(if same { sample } else { line });
    }
    if settled == recorded {
        return Ok(());
    }
    Err(diff(recorded, &settled))
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
