//! Rust 源文件拆成三样：代码、注释、字符串。检查代码的不看注释里的话，检查话的不看代码。
//!
//! 只认到这个程度：注释、各种引号、字符和生命周期的区别。语法对不对由编译器管。

use super::page::Span;

/// 拆开的源文件。
#[derive(Debug, Default)]
pub struct Source {
    /// 注释和引号里面都换成空格的代码；行数和原文一样。
    pub code: String,
    /// 注释里的话，一行一条，去掉了 `//` 之类。
    pub comments: Vec<Span>,
    /// 字符串里的内容，照源文件的写法；跨行的算在第一行。
    pub strings: Vec<Span>,
}

impl Source {
    /// 拆开一份源文件。没有闭合的引号或注释一直算到文件末尾。
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let mut reader = Reader {
            rest: text,
            line: 1,
            source: Self::default(),
        };
        while let Some(c) = reader.rest.chars().next() {
            reader.step(c);
        }
        reader.source
    }

    /// 代码里的每个词：行号、词、紧跟在后面的代码。
    pub fn words(&self) -> impl Iterator<Item = (usize, &str, &str)> {
        (1..).zip(self.code.lines()).flat_map(|(line, code)| {
            words(code).map(move |(at, word)| (line, word, code[at + word.len()..].trim_start()))
        })
    }
}

/// 一行里的词和它的位置；数字开头的不算。
fn words(code: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    code.split(|c: char| !is_word(c)).filter_map(move |word| {
        let start = at;
        // split 的每一段后面正好有一个分隔的字符；最后一段没有，也不再用到 at。
        at += word.len();
        at += code[at..].chars().next().map_or(0, char::len_utf8);
        let named = word.starts_with(|c: char| c.is_alphabetic() || c == '_');
        named.then_some((start, word))
    })
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

struct Reader<'a> {
    rest: &'a str,
    line: usize,
    source: Source,
}

impl<'a> Reader<'a> {
    fn step(&mut self, c: char) {
        if self.rest.starts_with("//") {
            let end = self.rest.find('\n').unwrap_or(self.rest.len());
            let comment = self.blank(end);
            self.comment(self.line, comment.trim_start_matches('/'));
        } else if self.rest.starts_with("/*") {
            self.block_comment();
        } else if c == '"' {
            self.string(0, false);
        } else if c == '\'' {
            self.quote();
        } else if is_word(c) {
            let end = self.rest.find(|c| !is_word(c)).unwrap_or(self.rest.len());
            let word = self.keep(end);
            let raw = word.ends_with('r');
            if ["r", "b", "c", "br", "cr"].contains(&word) {
                let hashes = self.rest.len() - self.rest.trim_start_matches('#').len();
                if self.rest[hashes..].starts_with('"') && (raw || hashes == 0) {
                    self.keep(hashes);
                    self.string(hashes, raw);
                }
            }
        } else {
            self.keep(c.len_utf8());
        }
    }

    /// 往前走 `length` 个字节，原样留在代码里。
    fn keep(&mut self, length: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at(length);
        self.rest = rest;
        self.line += taken.matches('\n').count();
        self.source.code.push_str(taken);
        taken
    }

    /// 往前走 `length` 个字节，代码里换成空格。
    fn blank(&mut self, length: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at(length);
        self.rest = rest;
        self.line += taken.matches('\n').count();
        let blanked = taken.chars().map(|c| if c == '\n' { '\n' } else { ' ' });
        self.source.code.extend(blanked);
        taken
    }

    fn comment(&mut self, line: usize, text: &str) {
        let text = text.strip_prefix('!').unwrap_or(text).trim();
        if !text.is_empty() {
            self.source.comments.push(Span {
                line,
                text: text.to_owned(),
            });
        }
    }

    /// 块注释可以套块注释。
    fn block_comment(&mut self) {
        let mut depth = 0;
        let mut end = 0;
        loop {
            let rest = &self.rest[end..];
            if rest.starts_with("/*") {
                depth += 1;
                end += 2;
            } else if rest.starts_with("*/") {
                depth -= 1;
                end += 2;
            } else if let Some(c) = rest.chars().next() {
                end += c.len_utf8();
            }
            if depth == 0 || end == self.rest.len() {
                break;
            }
        }
        let first = self.line;
        let comment = self.blank(end);
        let inner = comment.trim_start_matches("/*").trim_end_matches("*/");
        for (line, text) in (first..).zip(inner.lines()) {
            self.comment(line, text.trim().trim_start_matches('*'));
        }
    }

    /// 从引号开始的字符串；`raw` 的里面没有转义，后面跟着同样多的 `#`。
    fn string(&mut self, hashes: usize, raw: bool) {
        self.keep(1);
        let close = format!("\"{}", "#".repeat(hashes));
        let mut end = 0;
        while end < self.rest.len() && !self.rest[end..].starts_with(&close) {
            let mut chars = self.rest[end..].chars();
            let c = chars.next();
            end += c.map_or(0, char::len_utf8);
            if c == Some('\\') && !raw {
                end += chars.next().map_or(0, char::len_utf8);
            }
        }
        let line = self.line;
        let text = self.blank(end).to_owned();
        self.keep(close.len().min(self.rest.len()));
        self.source.strings.push(Span { line, text });
    }

    /// `'x'`、`'\n'` 是字符，`'a` 是生命周期。
    fn quote(&mut self) {
        self.keep(1);
        let mut chars = self.rest.chars();
        let end = match (chars.next(), chars.next()) {
            (Some('\\'), Some(escaped)) => {
                let after = 1 + escaped.len_utf8();
                self.rest[after..].find('\'').map(|at| after + at)
            }
            (Some(c), Some('\'')) => Some(c.len_utf8()),
            _ => None,
        };
        if let Some(end) = end {
            self.blank(end);
            self.keep(1);
        }
    }
}
