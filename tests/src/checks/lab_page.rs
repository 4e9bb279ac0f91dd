//! “实验台”那一页上的程序表：每个程序都在，写在第一次展示它的那一页的那一行，次序和目录一样。

use std::collections::BTreeSet;
use std::path::Path;

use crate::book::Book;
use crate::book::page::Page;
use crate::finding::Finding;

/// 有程序表的那一页。
pub const PAGE: &str = "src/lab.md";

/// 检查程序表；写错了，报出正确的一行。
#[must_use]
pub fn check(book: &Book) -> Vec<Finding> {
    let Some(page) = book.pages.iter().find(|page| page.file == Path::new(PAGE)) else {
        return vec![Finding::new(PAGE, 1, "目录里有这一页", "没有")];
    };
    let expected = rows(book);
    let actual: Vec<(usize, &str)> = (1..)
        .zip(page.text.lines())
        .filter(|(_, line)| line.starts_with("| ["))
        .collect();
    let end = actual.last().map_or(1, |(number, _)| number + 1);
    let mut findings = Vec::new();
    for index in 0..expected.len().max(actual.len()) {
        let wanted = expected.get(index);
        let (line, found) = actual.get(index).copied().unwrap_or((end, "没有这一行"));
        if wanted.map(String::as_str) != Some(found) {
            let wanted = wanted.map_or("表到这里结束", String::as_str);
            findings.push(Finding::new(PAGE, line, wanted, found));
        }
    }
    findings
}

/// 表应有的各行：每页一行，列出第一次在那一页展示的程序。
fn rows(book: &Book) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let mut rows = Vec::new();
    for page in &book.pages {
        let programs: Vec<String> = page
            .includes()
            .filter_map(|(_, include)| {
                let program = book
                    .programs
                    .iter()
                    .find(|each| each.file == include.file)?;
                seen.insert(&program.name)
                    .then(|| format!("`{}`", program.name))
            })
            .collect();
        if !programs.is_empty() {
            let target = page.file.strip_prefix("src").unwrap_or(&page.file);
            let (title, target) = (title(page), target.display());
            rows.push(format!("| [{title}]({target}) | {} |", programs.join("、")));
        }
    }
    rows
}

/// 页的标题。
fn title(page: &Page) -> &str {
    let heading = page.text.lines().find_map(|line| line.strip_prefix("# "));
    heading.unwrap_or_default().trim()
}
