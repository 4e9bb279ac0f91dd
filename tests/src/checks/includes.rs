//! 引用的文件和标记都在，而且不空。mdBook 对缺文件只警告，对缺标记不出声。

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::book::Book;
use crate::book::page::{Include, Page};
use crate::finding::Finding;

/// 检查每一页的引用，以及程序里的标记。
#[must_use]
pub fn check(book: &Book) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut included = BTreeSet::new();
    for page in &book.pages {
        for (_, include) in page.includes() {
            findings.extend(problems(book, page, &include));
            included.insert(include.file);
        }
        for include in page.drawn() {
            let mut found = problems(book, page, include);
            if found.is_empty() {
                found.extend(not_a_drawing(page, include));
            }
            findings.extend(found);
            included.insert(include.file.clone());
        }
        findings.extend(outside_fences(page));
    }
    for file in included {
        findings.extend(nested_directives(book, &file));
    }
    for program in &book.programs {
        for problem in &program.problems {
            findings.push(Finding::new(
                &program.file,
                problem.line,
                problem.expected,
                problem.actual.clone(),
            ));
        }
    }
    findings
}

/// 一条引用的全部毛病。
fn problems(book: &Book, page: &Page, include: &Include) -> Vec<Finding> {
    let file = include.file.display();
    let mut findings = Vec::new();
    let mut add = |expected: String, actual: String| {
        findings.push(Finding::new(&page.file, include.line, expected, actual));
    };
    if !include.file.starts_with("listings") {
        add("引用 listings/ 里的文件".into(), file.to_string());
        return findings;
    }
    let Ok(text) = fs::read_to_string(book.root.join(&include.file)) else {
        add(format!("有 {file} 这个文件"), "没有".into());
        return findings;
    };
    let program = book.programs.iter().find(|p| p.file == include.file);
    match (&include.anchor, program) {
        (Some(name), _) if name.chars().all(|c| c.is_ascii_digit() || c == ':') => {
            let expected = format!("{file} 用标记引用，不用行号（改一行就指到别处去了）");
            add(expected, format!(":{name}"));
        }
        (Some(name), Some(program)) => {
            let anchor = program.anchors.iter().find(|anchor| &anchor.name == name);
            if anchor.is_none() {
                add(format!("{file} 里有标记 {name}"), "没有这个标记".into());
            } else if anchor.is_some_and(|anchor| anchor.empty) {
                add(format!("{file} 的标记 {name} 里有内容"), "空的".into());
            }
            if !include.rustdoc {
                let expected = "程序的片段用 rustdoc_include，其余的行才会作为隐藏行带上";
                add(expected.into(), "include".into());
            }
        }
        (Some(name), None) => {
            let expected = format!("{file} 整个引用，不带标记或行号");
            add(expected, format!(":{name}"));
        }
        (None, Some(program)) if !program.anchors.is_empty() => add(
            format!("{file} 有标记，要引用其中一段"),
            "整个引用（标记那几行会露出来）".into(),
        ),
        (None, _) if text.trim().is_empty() => add(format!("{file} 里有内容"), "空的".into()),
        (None, _) => {}
    }
    findings
}

/// 引用进来的文件里还有引用：mdBook 会接着展开。
fn nested_directives(book: &Book, file: &Path) -> Vec<Finding> {
    let text = fs::read_to_string(book.root.join(file)).unwrap_or_default();
    directives(&text)
        .map(|(line, written)| Finding::new(file, line, "被引用的文件里没有引用", written))
        .collect()
}

/// 图框里原样嵌进页面的，只能是图。
fn not_a_drawing(page: &Page, include: &Include) -> Option<Finding> {
    let svg = include.file.extension().is_some_and(|ext| ext == "svg");
    (!svg || include.rustdoc).then(|| {
        Finding::new(
            &page.file,
            include.line,
            "图框里用 include 引用一个 .svg",
            include.file.display().to_string(),
        )
    })
}

/// 代码块以外的引用会把文件内容当成 Markdown，也逃过了别的检查；注释和行内代码里的照样展开。
fn outside_fences(page: &Page) -> Vec<Finding> {
    let inside: Vec<usize> = page
        .fences
        .iter()
        .flat_map(|fence| fence.lines.iter().map(|span| span.line))
        .chain(page.drawn().map(|include| include.line))
        .collect();
    directives(&page.text)
        .filter(|(line, _)| !inside.contains(line))
        .map(|(line, written)| {
            Finding::new(
                &page.file,
                line,
                "引用只出现在代码块里，图的引用在图框里",
                written,
            )
        })
        .collect()
}

/// mdBook 会展开的 `{{#…}}`：`{{` 和 `#` 之间可以有空白，也可以换行。给出行号和那一行。
fn directives(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.match_indices("{{")
        .filter(|(at, _)| text[at + 2..].trim_start().starts_with('#'))
        .map(|(at, _)| {
            let start = text[..at].rfind('\n').map_or(0, |at| at + 1);
            let line = text[start..].lines().next().unwrap_or_default();
            (text[..at].matches('\n').count() + 1, line.trim())
        })
}
