//! 中文的写法：中英文之间的空格、全角标点、引号、一段一行，和术语表里不用的词。
//!
//! 正文、README、CONTRIBUTING、目录、图里的字都查；程序里的注释和打印的话读者也读，一样查。

pub mod rewrite;
pub mod terms;

use std::path::Path;

use similar::{DiffOp, TextDiff};

use crate::book::Book;
use crate::book::listing::Program;
use crate::book::page::Page;
use crate::book::prose::Prose;
use crate::finding::Finding;
use rewrite::Written;

/// 不在 `src` 里、也给人读的 Markdown。
const DOCUMENTS: [&str; 3] = ["README.md", "CONTRIBUTING.md", "src/SUMMARY.md"];

/// 报出来时，改动的前后各带几个字。
const CONTEXT: usize = 10;

/// 两处改动之间不多于几个字，就合成一处。
const NEAR: usize = 4;

/// 检查每一页、每个程序，外加 README 之类。
#[must_use]
pub fn check(book: &Book) -> Vec<Finding> {
    let mut findings = Vec::new();
    for page in &book.pages {
        findings.extend(check_page(page));
        findings.extend(invisible(&page.file, &page.text));
    }
    for file in DOCUMENTS {
        if let Ok(text) = std::fs::read_to_string(book.root.join(file)) {
            findings.extend(check_text(Path::new(file), &text));
            findings.extend(invisible(Path::new(file), &text));
        }
    }
    for program in &book.programs {
        findings.extend(check_program(program));
        findings.extend(invisible(&program.file, &program.text));
    }
    findings
}

/// 看不见的字符：零宽、不换行的空格、改变书写方向的。多半是从网页上抄来的，搜不到，也对不齐。
fn invisible(file: &Path, text: &str) -> Vec<Finding> {
    let hidden = |c: &char| {
        matches!(c, '\u{a0}' | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{2069}' | '\u{feff}')
    };
    (1..)
        .zip(text.lines())
        .flat_map(|(number, line)| line.chars().filter(hidden).map(move |c| (number, c)))
        .map(|(number, c)| {
            let found = format!("U+{:04X}", u32::from(c));
            Finding::new(file, number, "没有看不见的字符", found)
        })
        .collect()
}

/// 检查一份 Markdown。
#[must_use]
pub fn check_text(file: &Path, text: &str) -> Vec<Finding> {
    check_page(&Page::parse(file.to_owned(), text.to_owned()))
}

fn check_page(page: &Page) -> Vec<Finding> {
    let mut findings = Vec::new();
    for prose in &page.prose {
        if prose.wrapped {
            findings.push(Finding::new(
                &page.file,
                prose.line,
                "一段写成一行（换行会渲染成空格）",
                prose.restore(&prose.text),
            ));
        }
        if prose.text.contains('　') && !prose.html {
            findings.push(Finding::new(
                &page.file,
                prose.line,
                "全角空格只在图框的编号后面",
                prose.restore(&prose.text),
            ));
        }
        findings.extend(check_prose(&page.file, prose, Written::InProse));
    }
    findings
}

/// 检查一段话。
#[must_use]
pub fn check_prose(file: &Path, prose: &Prose, written: Written) -> Vec<Finding> {
    // 图框的编号后面按约定是一个全角空格，autocorrect 会把它当成错。
    let text = prose.text.replace('　', " ");
    let corrected = rewrite::corrected(&text, written);
    let changes = changes(prose, &text, &corrected);
    let wrong = terms::wrong(&text).into_iter();
    let wrong = wrong.map(|(word, better)| Finding::new(file, prose.line, better, word));
    changes
        .into_iter()
        .map(|(expected, actual)| Finding::new(file, prose.line, expected, actual))
        .chain(wrong)
        .collect()
}

/// 程序里的注释，和有汉字的字符串。
fn check_program(program: &Program) -> Vec<Finding> {
    let mut findings = Vec::new();
    for span in &program.source.comments {
        if !span.text.starts_with("ANCHOR") {
            let prose = Prose::with_code(span.line, &span.text);
            findings.extend(check_prose(&program.file, &prose, Written::InProgram));
        }
    }
    for span in &program.source.strings {
        for part in Prose::of_string(span.line, &span.text) {
            findings.extend(check_prose(&program.file, &part, Written::InProgram));
        }
    }
    findings
}

/// 改写前后不同的各处，连着前后几个字：（期望，实际）。
fn changes(prose: &Prose, old: &str, new: &str) -> Vec<(String, String)> {
    if old == new {
        return Vec::new();
    }
    let old = prose.tokens(old);
    let new = prose.tokens(new);
    let diff = TextDiff::from_slices(&old, &new);
    let mut places: Vec<[std::ops::Range<usize>; 2]> = Vec::new();
    for op in diff.ops() {
        if matches!(op, DiffOp::Equal { .. }) {
            continue;
        }
        let here = [op.old_range(), op.new_range()];
        // 一个英文词的前后各差一个空格，是一处；挨得很近的也合在一起说。
        if let Some(last) = places.last_mut()
            && let between = &old[last[0].end..here[0].start]
            && (between.len() <= NEAR || between.iter().all(|token| token.is_ascii()))
        {
            last[0].end = here[0].end;
            last[1].end = here[1].end;
        } else {
            places.push(here);
        }
    }
    places
        .into_iter()
        .map(|[was, now]| (around(prose, &new, now), around(prose, &old, was)))
        .collect()
}

/// 一段的前后各带几个字；两头没到句子的头尾，就加省略号。
fn around(prose: &Prose, tokens: &[&str], range: std::ops::Range<usize>) -> String {
    let start = range.start.saturating_sub(CONTEXT);
    let end = (range.end + CONTEXT).min(tokens.len());
    let before = if start > 0 { "…" } else { "" };
    let after = if end < tokens.len() { "…" } else { "" };
    let text = prose.restore(&tokens[start..end].concat());
    format!("{before}{text}{after}")
}
