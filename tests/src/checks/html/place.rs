//! 网页里的毛病，在哪个源文件的哪一行。

use std::fs;
use std::path::{Path, PathBuf};

use super::links::{same, without_hash};
use crate::book::Book;
use crate::book::page::Page;
use crate::finding::Finding;

/// 每一页都有的那部分，写在这些文件里。
const PARTS: [&str; 3] = ["theme/head.hbs", "theme/header.hbs", "theme/index.hbs"];

/// 一页 HTML 是从哪一页 Markdown 来的。
pub struct Place<'a> {
    book: &'a Book,
    /// Markdown 文件；没有就是 HTML 自己。
    pub file: PathBuf,
    /// 那一页；404.html 之类可能没有。
    pub page: Option<&'a Page>,
}

impl<'a> Place<'a> {
    /// 按 HTML 的名字找。
    #[must_use]
    pub fn of(book: &'a Book, html: &Path) -> Self {
        let markdown = Path::new("src").join(html).with_extension("md");
        let readme = markdown.with_file_name("README.md");
        let page = book.pages.iter().find(|page| {
            page.file == markdown || (html.ends_with("index.html") && page.file == readme)
        });
        Self {
            book,
            file: page.map_or(html.to_owned(), |page| page.file.clone()),
            page,
        }
    }

    /// 写到这个地址的每一行各报一次；Markdown 里没有，就到每页都有的那部分里找。
    #[must_use]
    pub fn address(&self, url: &str, expected: &str, actual: &str) -> Vec<Finding> {
        let lines: Vec<usize> = self.page.map_or(Vec::new(), |page| {
            let links = page.links.iter().filter(|link| same(&link.target, url));
            let html = page.html.iter().filter(|span| writes(&span.text, url));
            links
                .map(|link| link.line)
                .chain(html.map(|span| span.line))
                .collect()
        });
        if lines.is_empty() {
            return vec![self.words(url, expected, actual)];
        }
        lines
            .into_iter()
            .map(|line| Finding::new(&self.file, line, expected, actual))
            .collect()
    }

    /// 手写的 HTML 里，有 `tag` 这个标签、又写到 `needle` 的每一行各报一次。
    #[must_use]
    pub fn tag(&self, tag: &str, needle: &str, expected: &str, actual: &str) -> Vec<Finding> {
        let found: Vec<Finding> = self
            .page
            .iter()
            .flat_map(|page| &page.html)
            .filter(|span| {
                span.text.to_ascii_lowercase().contains(tag) && span.text.contains(needle)
            })
            .map(|span| Finding::new(&self.file, span.line, expected, actual))
            .collect();
        if found.is_empty() {
            return vec![self.words(needle, expected, actual)];
        }
        found
    }

    /// 第一处写到 `needle` 的地方；哪里都没有就是第 1 行。
    #[must_use]
    pub fn words(&self, needle: &str, expected: &str, actual: &str) -> Finding {
        if let Some(line) = self.page.and_then(|page| line_of(&page.text, needle)) {
            return Finding::new(&self.file, line, expected, actual);
        }
        for part in PARTS {
            let text = fs::read_to_string(self.book.root.join(part)).unwrap_or_default();
            if let Some(line) = line_of(&text, needle) {
                return Finding::new(part, line, expected, actual);
            }
        }
        Finding::new(&self.file, 1, expected, actual)
    }
}

/// 一行 HTML 里有没有完整地写着这个地址：前后是引号、括号、逗号、空格。
fn writes(html: &str, url: &str) -> bool {
    let edge = |c: Option<char>| c.is_none_or(|c| "\"'(), ".contains(c));
    !url.is_empty()
        && html.match_indices(url).any(|(at, _)| {
            edge(html[..at].chars().next_back()) && edge(html[at + url.len()..].chars().next())
        })
}

/// 含有 `needle` 的第一行。
fn line_of(text: &str, needle: &str) -> Option<usize> {
    (1..)
        .zip(text.lines())
        .find(|(_, line)| line.contains(needle))
        .map(|(number, _)| number)
}

/// 生成出来的样式表是从哪个文件来的；是 mdBook 自己的就还是它。
#[must_use]
pub fn source_of_css(book: &Book, css: &Path) -> PathBuf {
    let bare = without_hash(css);
    [bare.clone(), Path::new("theme").join(&bare)]
        .into_iter()
        .find(|file| book.root.join(file).is_file())
        .unwrap_or_else(|| css.to_owned())
}
