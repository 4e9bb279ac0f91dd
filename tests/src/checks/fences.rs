//! 正文里没有手写的代码、命令和输出：代码块里只许有引用，别的写法也绕不过去。

use crate::book::Book;
use crate::book::page::{Fence, Include, Page};
use crate::book::prose::placeholder;
use crate::finding::Finding;

/// 书里用到的语言，和引用的文件的后缀。rust 后面的 ignore 是给 mdbook test 的：rustdoc 编译不了用到 libc 的块。
const LANGUAGES: [(&str, &str); 2] = [("rust,ignore", "rs"), ("console", "console")];

/// 把空格和换行原样留着、或专门放输出的 HTML 标签。
const RAW: [&str; 6] = ["pre", "samp", "textarea", "xmp", "listing", "plaintext"];

/// 检查每一页的代码块。
#[must_use]
pub fn check(book: &Book) -> Vec<Finding> {
    let mut findings = Vec::new();
    for page in &book.pages {
        let lines: Vec<&str> = page.text.lines().collect();
        for fence in &page.fences {
            let mut block = Block {
                page,
                fence,
                lines: &lines,
                findings: &mut findings,
            };
            block.check_language();
            block.check_lines();
            block.check_end();
        }
        findings.extend(raw_html(page));
        findings.extend(spans_as_blocks(page, &lines));
    }
    findings
}

/// 一个代码块，和它在源文件里的样子。
struct Block<'a> {
    page: &'a Page,
    fence: &'a Fence,
    lines: &'a [&'a str],
    findings: &'a mut Vec<Finding>,
}

impl Block<'_> {
    fn add(&mut self, line: usize, expected: impl Into<String>, actual: impl Into<String>) {
        self.findings
            .push(Finding::new(&self.page.file, line, expected, actual));
    }

    fn line(&self, number: usize) -> &str {
        self.lines.get(number - 1).copied().unwrap_or_default()
    }

    fn check_language(&mut self) {
        let fence = self.fence;
        let Some(language) = &fence.language else {
            self.add(fence.line, "用 ``` 围起来的代码块", "缩进式代码块");
            return;
        };
        let known = LANGUAGES.iter().find(|(known, _)| known == language);
        let opening = self.line(fence.line).to_owned();
        if known.is_none() {
            let names: Vec<&str> = LANGUAGES.iter().map(|(name, _)| *name).collect();
            let expected = format!("代码块的语言是 {} 之一", names.join("、"));
            self.add(fence.line, expected, opening);
        } else if opening != format!("```{language}") {
            self.add(fence.line, format!("顶格的 ```{language}"), opening);
        }
        for include in fence.includes(&self.page.file) {
            let extension = include.file.extension().unwrap_or_default();
            let right = LANGUAGES.iter().find(|(_, known)| *known == extension);
            match right {
                None => self.add(
                    include.line,
                    "引用一个 .rs 或 .console",
                    include.file.display().to_string(),
                ),
                Some((right, _)) if known.is_some_and(|(known, _)| known != right) => self.add(
                    fence.line,
                    format!("{} 放在 ```{right} 里", include.file.display()),
                    format!("```{language}"),
                ),
                Some(_) => {}
            }
        }
    }

    fn check_lines(&mut self) {
        let fence = self.fence;
        for span in &fence.lines {
            if Include::parse(&self.page.file, span.line, &span.text).is_none() {
                self.add(
                    span.line,
                    "代码块里只有 {{#include …}} 或 {{#rustdoc_include …}}，一行一条",
                    format!("手写的一行：{}", span.text),
                );
            } else if !self.line(span.line).starts_with("{{#") {
                // 引用展开成几行，前面的 > 和空格只在第一行：引用块和列表会从中间断开。
                self.add(span.line, "引用顶格", self.line(span.line).to_owned());
            }
        }
        if fence.lines.is_empty() {
            self.add(fence.line, "代码块里有一条引用", "空的代码块");
        }
    }

    fn check_end(&mut self) {
        let fence = self.fence;
        let last = self.line(fence.end).to_owned();
        if fence.language.is_none() || (last == "```" && fence.end > fence.line) {
            return;
        }
        let bare = last.trim_start_matches(['>', ' ']);
        if fence.end > fence.line && (bare.starts_with("```") || bare.starts_with("~~~")) {
            self.add(fence.end, "顶格的 ``` 结束代码块", last);
        } else {
            self.add(fence.line, "代码块用 ``` 结束", "没有结束");
        }
    }
}

/// 用 HTML 写的代码块。
fn raw_html(page: &Page) -> Vec<Finding> {
    let mut findings = Vec::new();
    for span in &page.html {
        let lower = span.text.to_ascii_lowercase();
        for tag in RAW {
            let opened = lower.match_indices(&format!("<{tag}")).any(|(at, open)| {
                !lower[at + open.len()..].starts_with(|c: char| c.is_ascii_alphanumeric())
            });
            if opened && !page.is_comment(span.line) {
                findings.push(Finding::new(
                    &page.file,
                    span.line,
                    "代码和输出放在代码块里引用",
                    format!("手写的 <{tag}>：{}", span.text),
                ));
            }
        }
    }
    findings
}

/// 当代码块用的行内代码：单独成段的，和跨了几行的。
fn spans_as_blocks(page: &Page, lines: &[&str]) -> Vec<Finding> {
    let alone = page.prose.iter().filter(|prose| {
        let source = lines.get(prose.line - 1).copied().unwrap_or_default();
        let source = source.trim_start_matches(['>', ' ']);
        source.starts_with('`') && prose.text.trim() == placeholder(0)
    });
    let alone = alone.map(|prose| {
        Finding::new(
            &page.file,
            prose.line,
            "代码和命令放在图框里引用，或写在一句话里",
            format!("单独成段的 {}", prose.restore(&prose.text)),
        )
    });
    let wrapped = page.wrapped_code.iter().map(|span| {
        Finding::new(
            &page.file,
            span.line,
            "行内代码只有一行",
            format!("接着写的 {}", span.text.trim()),
        )
    });
    alone.chain(wrapped).collect()
}
