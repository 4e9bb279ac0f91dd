//! 行内写到的命令和错误，要在某份录音里真的出现过：读者会照着敲、照着找。

use crate::book::Book;
use crate::finding::Finding;

/// 命令的第一个词；程序的名字也算。
const COMMANDS: [&str; 2] = ["cargo", "strace"];

/// 不在录音里、但可以写的命令，和它由什么保证。
const EXCEPTIONS: [(&str, &str); 11] = [
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

/// 检查每一页的行内代码。
#[must_use]
pub fn check(book: &Book) -> Vec<Finding> {
    let transcripts = book.all_transcripts();
    let mut findings = Vec::new();
    for page in &book.pages {
        for span in &page.code_spans {
            let text = span.text.as_str();
            let first = text.split_whitespace().next().unwrap_or_default();
            let command =
                COMMANDS.contains(&first) || (first != text && book.program(first).is_some());
            if !command && !text.contains("os error") {
                continue;
            }
            if transcripts.contains(text) || EXCEPTIONS.iter().any(|(known, _)| *known == text) {
                continue;
            }
            findings.push(Finding::new(
                &page.file,
                span.line,
                "行内的命令和错误在某份录音里出现过",
                format!("`{text}` 哪份录音里都没有"),
            ));
        }
    }
    findings
}
