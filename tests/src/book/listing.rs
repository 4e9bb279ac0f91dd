//! 一个程序的源文件，和它标出来给页面用的几段。

use std::path::PathBuf;

use super::rust::Source;

/// `listings/chNN/src/bin/NAME.rs`。
#[derive(Debug)]
pub struct Program {
    /// 程序的名字，也是文件名。
    pub name: String,
    /// 它所在的章：`ch01`。
    pub chapter: String,
    /// 相对仓库根目录的路径。
    pub file: PathBuf,
    /// 源文件的内容。
    pub text: String,
    /// 代码、注释、字符串分开的样子。
    pub source: Source,
    /// 标出来的各段，按出现的次序。
    pub anchors: Vec<Anchor>,
    /// 写得不对的标记。
    pub problems: Vec<Problem>,
}

/// `// ANCHOR: name` 到 `// ANCHOR_END: name` 之间的一段。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Anchor {
    /// 名字。
    pub name: String,
    /// 起始标记的行号。
    pub line: usize,
    /// 里面有没有不空白的行（其他标记不算）。
    pub empty: bool,
}

/// 写得不对的标记：哪一行、期望什么、实际什么。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// 行号。
    pub line: usize,
    /// 期望什么。
    pub expected: &'static str,
    /// 标记那一行。
    pub actual: String,
}

const PAIRED: &str = "每个 ANCHOR 有一个同名的 ANCHOR_END，名字不重复";
const WRITTEN: &str =
    "标记自成一行：// ANCHOR: 名字，名字由小写字母开头，只有小写字母、数字和下划线";
const CROSSED: &str = "两段标记不交叉：后开始的先结束";

impl Program {
    /// 从路径和内容认出一个程序。
    #[must_use]
    pub fn parse(file: PathBuf, text: String) -> Self {
        let name = file
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let chapter = file
            .components()
            .nth(1)
            .map(|part| part.as_os_str().to_string_lossy().into_owned())
            .unwrap_or_default();
        let (anchors, problems) = anchors(&text);
        Self {
            name,
            chapter,
            file,
            source: Source::parse(&text),
            text,
            anchors,
            problems,
        }
    }
}

/// 源文件里的标记。
fn anchors(text: &str) -> (Vec<Anchor>, Vec<Problem>) {
    let mut done: Vec<Anchor> = Vec::new();
    let mut open: Vec<Anchor> = Vec::new();
    let mut problems = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let mut add = |line: usize, expected: &'static str, actual: &str| {
            problems.push(Problem {
                line,
                expected,
                actual: actual.trim().to_owned(),
            });
        };
        if looks_like_marker(line) && !is_strict(line) {
            add(number, WRITTEN, line);
        }
        if let Some(name) = marker(line, "ANCHOR:") {
            if open.iter().chain(&done).any(|anchor| anchor.name == name) {
                add(number, PAIRED, line);
            }
            open.push(Anchor {
                name: name.to_owned(),
                line: number,
                empty: true,
            });
        } else if let Some(name) = marker(line, "ANCHOR_END:") {
            match open.iter().rposition(|anchor| anchor.name == name) {
                Some(at) => {
                    for crossed in &open[at + 1..] {
                        add(crossed.line, CROSSED, &format!("ANCHOR: {}", crossed.name));
                    }
                    done.push(open.remove(at));
                }
                None => add(number, PAIRED, line),
            }
        } else if !line.trim().is_empty() {
            for anchor in &mut open {
                anchor.empty = false;
            }
        }
    }
    for anchor in open {
        problems.push(Problem {
            line: anchor.line,
            expected: PAIRED,
            actual: format!("// ANCHOR: {}", anchor.name),
        });
    }
    done.sort_by_key(|anchor| anchor.line);
    (done, problems)
}

/// 和 mdBook 一样：一行里出现 `ANCHOR: 名字` 就是标记，前面是什么注释符号都行。
fn marker<'a>(line: &'a str, keyword: &str) -> Option<&'a str> {
    let (_, after) = line.split_once(keyword)?;
    let after = after.trim_start();
    let end = after
        .find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '-'))
        .unwrap_or(after.len());
    (end > 0).then(|| &after[..end])
}

/// 是标记，或者像是想写成标记。
fn looks_like_marker(line: &str) -> bool {
    let comment = line.trim().trim_start_matches(['/', ' ']);
    line.contains("ANCHOR") || comment.to_ascii_lowercase().starts_with("anchor")
}

/// 唯一的写法。
fn is_strict(line: &str) -> bool {
    let line = line.trim();
    let name = line
        .strip_prefix("// ANCHOR: ")
        .or_else(|| line.strip_prefix("// ANCHOR_END: "));
    name.is_some_and(|name| {
        name.starts_with(|c: char| c.is_ascii_lowercase())
            && name
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
    })
}
