//! README 和 CONTRIBUTING 说的，仓库里真的有：链接和路径指得到，每一章、每项检查都写到了。

use std::fs;
use std::path::Path;

use crate::book::page::Page;
use crate::book::{Book, normalize};
use crate::finding::Finding;

/// 给来看仓库的人读的。
const README: &str = "README.md";
/// 给改书的人读的。
const CONTRIBUTING: &str = "CONTRIBUTING.md";

/// 路径里的这些是“某一个”的意思。
const PATTERNS: [&str; 3] = ["NN", "NAME", "TERM"];

/// 检查两份文件；没有的不查。
#[must_use]
pub fn check(book: &Book) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in [README, CONTRIBUTING] {
        let Ok(text) = fs::read_to_string(book.root.join(file)) else {
            continue;
        };
        let page = Page::parse(file.into(), text);
        for link in &page.links {
            let path = link.target.split('#').next().unwrap_or_default();
            if !path.contains(':') && !path.is_empty() && !exists(book, path) {
                findings.push(Finding::new(file, link.line, "链到有的文件", path));
            }
        }
        for span in &page.code_spans {
            if is_path(book, &span.text) && !exists(book, &span.text) {
                let expected = "写到的文件在仓库里";
                findings.push(Finding::new(file, span.line, expected, span.text.clone()));
            }
        }
        if file == README {
            findings.extend(chapters(book, &page.text));
        }
    }
    findings
}

fn exists(book: &Book, path: &str) -> bool {
    book.root.join(normalize(Path::new(path))).exists()
}

/// 像不像仓库里的路径：从仓库里的一个文件夹开始，不是“某一个”。生成的东西不算。
fn is_path(book: &Book, text: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_./-".contains(c);
    let Some((first, _)) = text.split_once('/') else {
        return false;
    };
    text.chars().all(plain)
        && !PATTERNS.iter().any(|pattern| text.contains(pattern))
        && !["target", "book", ""].contains(&first)
        && book.root.join(first).is_dir()
}

/// 每一章的正文、程序、会话在哪里，README 都写到了。
fn chapters(book: &Book, readme: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    for manifest in &book.manifests {
        let chapter = manifest.iter().nth(1).unwrap_or_default().to_string_lossy();
        for place in [
            format!("src/{chapter}"),
            format!("listings/{chapter}/src/bin"),
            format!("listings/{chapter}/sessions"),
        ] {
            if !readme.contains(&place) {
                findings.push(Finding::new(README, 1, format!("写到 {place}"), "没有"));
            }
        }
    }
    findings
}

/// `text` 的表里，检查的名字和 `names` 一样多。
#[must_use]
pub fn check_names(file: &str, text: &str, names: &[&str]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let row = |name: &str| format!("| `check::{name}` |");
    for name in names {
        if !text.contains(&row(name)) {
            findings.push(Finding::new(
                file,
                1,
                format!("表里有 check::{name}"),
                "没有",
            ));
        }
    }
    for (number, line) in (1..).zip(text.lines()) {
        let written = line
            .strip_prefix("| `check::")
            .and_then(|rest| rest.split('`').next());
        if let Some(name) = written
            && !names.contains(&name)
        {
            findings.push(Finding::new(
                file,
                number,
                "表里写的检查都有",
                format!("没有 check::{name}"),
            ));
        }
    }
    findings
}
