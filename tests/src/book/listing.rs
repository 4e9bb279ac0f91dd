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
    /// 没有配对的标记：行号和标记那一行。
    pub unmatched: Vec<(usize, String)>,
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
        let (anchors, unmatched) = anchors(&text);
        Self {
            name,
            chapter,
            file,
            source: Source::parse(&text),
            text,
            anchors,
            unmatched,
        }
    }
}

/// 源文件里的标记。
fn anchors(text: &str) -> (Vec<Anchor>, Vec<(usize, String)>) {
    let mut done = Vec::new();
    let mut open: Vec<Anchor> = Vec::new();
    let mut unmatched = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        if let Some(name) = marker(line, "ANCHOR:") {
            if open.iter().chain(&done).any(|anchor| anchor.name == name) {
                unmatched.push((number, line.trim().to_owned()));
            }
            open.push(Anchor {
                name: name.to_owned(),
                line: number,
                empty: true,
            });
        } else if let Some(name) = marker(line, "ANCHOR_END:") {
            match open.iter().position(|anchor| anchor.name == name) {
                Some(at) => done.push(open.remove(at)),
                None => unmatched.push((number, line.trim().to_owned())),
            }
        } else if !line.trim().is_empty() {
            for anchor in &mut open {
                anchor.empty = false;
            }
        }
    }
    for anchor in open {
        unmatched.push((anchor.line, format!("// ANCHOR: {}", anchor.name)));
    }
    done.sort_by_key(|anchor| anchor.line);
    (done, unmatched)
}

/// 和 mdBook 一样：一行里出现 `ANCHOR: 名字` 就是标记，前面是什么注释符号都行。
fn marker<'a>(line: &'a str, keyword: &str) -> Option<&'a str> {
    let (_, after) = line.split_once(keyword)?;
    let name = after.split_whitespace().next()?;
    Some(name)
}
