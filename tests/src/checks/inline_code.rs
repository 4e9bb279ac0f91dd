//! 行内写到的命令，要在某个会话里真的敲过；写到的错误，要在某份录音里真的出现过。读者会照着敲、照着找。
//!
//! 命令要和敲过的整条一样，或是其中完整的一段：管道里的一节、去掉重定向的、strace 后面的、
//! 省掉 `cargo run -q --bin` 的。命令的前几个词不算：少给一个参数就是另一条命令，得到的是用法错误。

use std::collections::BTreeSet;

use crate::book::shell::{self, Simple};
use crate::book::{Book, page::Span};
use crate::finding::Finding;

/// 命令的第一个词；程序的名字也算。
const COMMANDS: [&str; 2] = ["cargo", "strace"];

/// 不在会话里、但可以写的命令，和它由什么保证。
const EXCEPTIONS: [(&str, &str); 12] = [
    (
        "cargo run -q --bin",
        "说的是这种写法，后面跟着程序名才是命令",
    ),
    (
        "cargo build --bin hello_server",
        "cargo run 先做的就是它；全部程序由 cargo build --bins 构建",
    ),
    (
        "cargo install --locked mdbook@0.5.4",
        "读书用的命令；CI 用同一个版本构建",
    ),
    (
        "cargo install --locked mdbook@0.5.4 && mdbook serve --open",
        "README 的第一条命令",
    ),
    ("cargo test", "README 的第二条命令，CI 跑的就是它"),
    ("cargo new", "抄走一个程序时用；standalone 保证一个文件就够"),
    ("cargo add libc", "同上"),
    ("cargo build", "cargo 自己的命令名，不带参数"),
    ("cargo run", "cargo 自己的命令名，不带参数"),
    ("cargo", "cargo 自己的名字"),
    ("strace", "strace 自己的名字"),
    (
        "strace -f -e trace=network hello_server 9190",
        "只在实验台里敲；tests/browser/lab.test.mjs 在那里跑 src/lab.md 上的每条命令",
    ),
];

const RUN: &str = "cargo run -q --bin ";

/// 检查每一页的行内代码，和正文里写到的错误。
#[must_use]
pub fn check(book: &Book) -> Vec<Finding> {
    let typed = typed(book);
    let transcripts = book.all_transcripts();
    let printed: Vec<&str> = transcripts
        .lines()
        .filter(|line| !line.starts_with("$ "))
        .collect();
    let mut findings = Vec::new();
    for page in &book.pages {
        for span in &page.code_spans {
            let command = span.text.strip_prefix("$ ").unwrap_or(&span.text);
            if is_command(book, command) && !is_typed(&typed, command) {
                findings.push(Finding::new(
                    &page.file,
                    span.line,
                    "行内的命令在某个会话里敲过（整条，或完整的一段）",
                    format!("`{}` 没有人敲过", span.text),
                ));
            }
        }
        let written = page.prose.iter().flat_map(|prose| {
            plain_error(&prose.text).map(|text| Span {
                line: prose.line,
                text: text.to_owned(),
            })
        });
        for span in page.code_spans.iter().cloned().chain(written) {
            if span.text.contains("os error")
                && !printed.iter().any(|line| has_words(line, &span.text))
            {
                findings.push(Finding::new(
                    &page.file,
                    span.line,
                    "写到的错误是某份录音里的一行，或一行里完整的几个词",
                    format!("`{}` 哪份录音里都没有", span.text),
                ));
            }
        }
    }
    findings
}

/// 会话里敲过的命令，和其中可以单独写出来的各段。
fn typed(book: &Book) -> BTreeSet<String> {
    let mut typed = BTreeSet::new();
    for line in book.sessions.iter().flat_map(|session| session.commands()) {
        typed.insert(line.to_owned());
        for simple in shell::split(line) {
            let wrapped = simple.runs().len() > 1;
            for text in [simple.bare(), simple.full] {
                if wrapped && let Some(at) = text.find(" cargo run") {
                    let inner = &text[at + 1..];
                    typed.extend(inner.strip_prefix(RUN).map(str::to_owned));
                    typed.insert(inner.to_owned());
                }
                typed.extend(text.strip_prefix(RUN).map(str::to_owned));
                typed.insert(text);
            }
        }
    }
    typed
}

/// 整条敲过；或者由几条组成，每一条都敲过。
fn is_typed(typed: &BTreeSet<String>, command: &str) -> bool {
    EXCEPTIONS.iter().any(|(known, _)| *known == command)
        || typed.contains(command)
        || shell::split(command)
            .iter()
            .all(|simple| typed.contains(&simple.full))
}

/// 这段代码是不是（或里面有没有）一条该跑过的命令。
fn is_command(book: &Book, text: &str) -> bool {
    shell::split(text)
        .iter()
        .any(|simple| is_simple_command(book, simple))
}

fn is_simple_command(book: &Book, simple: &Simple) -> bool {
    let words = simple.command();
    let Some(first) = words.first() else {
        return false;
    };
    let known = |word: &String| COMMANDS.contains(&word.as_str()) || book.program(word).is_some();
    if COMMANDS.contains(&first.as_str()) {
        return true;
    }
    if shell::WRAPPERS.contains(&first.as_str()) {
        return words.iter().skip(1).any(known);
    }
    // 光是名字，说的是那个程序；带参数、或写成 ./路径 的，才是命令。
    let name = first.rsplit('/').next().unwrap_or(first);
    book.program(name).is_some() && (words.len() > 1 || first.starts_with("./"))
}

/// 不在行内代码里的错误：`Connection refused (os error 111)`，从汉字或标点后面算起。
fn plain_error(text: &str) -> Option<&str> {
    let at = text.find("os error")?;
    let start = text[..at].rfind(|c: char| !c.is_ascii()).map_or(0, |at| {
        at + text[at..].chars().next().map_or(0, char::len_utf8)
    });
    let end = text[at..]
        .find([')', '）', '，', '。'])
        .map_or(text.len(), |end| at + end);
    let end = if text[end..].starts_with(')') && text[start..at].contains('(') {
        end + 1
    } else {
        end
    };
    Some(text[start..end].trim())
}

/// 一行里有没有这几个完整的词。
fn has_words(line: &str, words: &str) -> bool {
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    line.match_indices(words).any(|(at, _)| {
        let before = line[..at].ends_with(word) && words.starts_with(word);
        let after = line[at + words.len()..].starts_with(word) && words.ends_with(word);
        !before && !after
    })
}
