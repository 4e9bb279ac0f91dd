//! 正文里没有手写的代码、命令和输出：代码块里只许有引用。

use crate::book::Book;
use crate::book::page::Include;
use crate::finding::Finding;

/// 书里用到的语言。rust 后面的 ignore 是给 mdbook test 的：rustdoc 编译不了用到 libc 的块。
const LANGUAGES: [&str; 3] = ["rust,ignore", "console", "toml"];

/// 检查每一页的代码块。
#[must_use]
pub fn check(book: &Book) -> Vec<Finding> {
    let mut findings = Vec::new();
    for page in &book.pages {
        for fence in &page.fences {
            for span in &fence.lines {
                if Include::parse(&page.file, span.line, &span.text).is_none() {
                    findings.push(Finding::new(
                        &page.file,
                        span.line,
                        "代码块里只有 {{#include …}} 或 {{#rustdoc_include …}}",
                        format!("手写的一行：{}", span.text),
                    ));
                }
            }
            if fence.lines.is_empty() {
                findings.push(Finding::new(
                    &page.file,
                    fence.line,
                    "代码块里有一条引用",
                    "空的代码块",
                ));
            }
            match fence.language.as_deref() {
                Some(language) if LANGUAGES.contains(&language) => {}
                Some(language) => findings.push(Finding::new(
                    &page.file,
                    fence.line,
                    format!("代码块的语言是 {} 之一", LANGUAGES.join("、")),
                    format!("```{language}"),
                )),
                None => findings.push(Finding::new(
                    &page.file,
                    fence.line,
                    "用 ``` 围起来的代码块",
                    "缩进式代码块",
                )),
            }
        }
        for (number, line) in (1..).zip(page.text.lines()) {
            if line.contains("<pre") {
                findings.push(Finding::new(
                    &page.file,
                    number,
                    "代码和输出放在代码块里引用",
                    format!("手写的 <pre>：{line}"),
                ));
            }
        }
    }
    findings
}
