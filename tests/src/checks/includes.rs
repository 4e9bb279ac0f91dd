//! 引用的文件和标记都在，而且不空。mdBook 对缺文件只警告，对缺标记不出声。

use std::fs;

use crate::book::Book;
use crate::book::page::{Include, Page};
use crate::finding::Finding;

/// 检查每一页的引用，以及程序里的标记是否成对。
#[must_use]
pub fn check(book: &Book) -> Vec<Finding> {
    let mut findings = Vec::new();
    for page in &book.pages {
        for (_, include) in page.includes() {
            findings.extend(problem(book, &include).map(|(expected, actual)| {
                Finding::new(&page.file, include.line, expected, actual)
            }));
        }
        for include in page.drawn() {
            let problem = problem(book, include).or_else(|| not_a_drawing(include));
            findings.extend(problem.map(|(expected, actual)| {
                Finding::new(&page.file, include.line, expected, actual)
            }));
        }
        findings.extend(outside_fences(page));
    }
    for program in &book.programs {
        for (line, marker) in &program.unmatched {
            findings.push(Finding::new(
                &program.file,
                *line,
                "每个 ANCHOR 有一个同名的 ANCHOR_END，名字不重复",
                marker.clone(),
            ));
        }
    }
    findings
}

fn problem(book: &Book, include: &Include) -> Option<(String, String)> {
    let file = include.file.display();
    if !include.file.starts_with("listings") {
        return Some(("引用 listings/ 里的文件".into(), file.to_string()));
    }
    let Ok(text) = fs::read_to_string(book.root.join(&include.file)) else {
        return Some((format!("有 {file} 这个文件"), "没有".into()));
    };
    let program = book
        .programs
        .iter()
        .find(|program| program.file == include.file);
    match (&include.anchor, program) {
        (Some(name), Some(program)) => {
            match program.anchors.iter().find(|anchor| &anchor.name == name) {
                None => Some((format!("{file} 里有标记 {name}"), "没有这个标记".into())),
                Some(anchor) if anchor.empty => {
                    Some((format!("{file} 的标记 {name} 里有内容"), "空的".into()))
                }
                Some(_) if !include.rustdoc => Some((
                    "程序的片段用 rustdoc_include，其余的行才会作为隐藏行带上".into(),
                    "include".into(),
                )),
                Some(_) => None,
            }
        }
        (Some(name), None) => Some((
            format!("{file} 整个引用，不带标记或行号"),
            format!(":{name}"),
        )),
        (None, Some(program)) if !program.anchors.is_empty() => Some((
            format!("{file} 有标记，要引用其中一段"),
            "整个引用（标记那几行会露出来）".into(),
        )),
        (None, _) if text.trim().is_empty() => Some((format!("{file} 里有内容"), "空的".into())),
        (None, _) => None,
    }
}

/// 图框里原样嵌进页面的，只能是图。
fn not_a_drawing(include: &Include) -> Option<(String, String)> {
    let svg = include.file.extension().is_some_and(|ext| ext == "svg");
    (!svg || include.rustdoc).then(|| {
        (
            "图框里用 include 引用一个 .svg".into(),
            include.file.display().to_string(),
        )
    })
}

/// 代码块以外的引用会把文件内容当成 Markdown，也逃过了别的检查。
fn outside_fences(page: &Page) -> Vec<Finding> {
    let inside: Vec<usize> = page
        .fences
        .iter()
        .flat_map(|fence| fence.lines.iter().map(|span| span.line))
        .chain(page.drawn().map(|include| include.line))
        .collect();
    (1..)
        .zip(page.text.lines())
        .filter(|(number, line)| line.contains("{{#") && !inside.contains(number))
        .map(|(number, line)| {
            Finding::new(
                &page.file,
                number,
                "引用只出现在代码块里，图的引用在图框里",
                line.trim(),
            )
        })
        .collect()
}
