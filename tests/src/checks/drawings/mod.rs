//! 图：跟着主题变色，有文字版，能和别的图放在同一页里。
//!
//! SVG 是原样嵌进页面的：写死的颜色在深色主题里会看不见，空行会把它从中间切断，重复的 id 会指错地方。

pub mod shape;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use scraper::{ElementRef, Html, Selector};

use super::chinese::{self, rewrite::Written};
use crate::book::Book;
use crate::book::prose::Prose;
use crate::finding::Finding;

/// 带颜色的属性，只许用跟着主题变的值。
const COLOURED: [&str; 6] = [
    "fill",
    "stroke",
    "color",
    "stop-color",
    "flood-color",
    "style",
];

/// 会去取东西、或者会运行的元素。
const FOREIGN: [&str; 7] = [
    "script",
    "style",
    "image",
    "use",
    "foreignobject",
    "a",
    "link",
];

/// 检查每一幅图。
#[must_use]
pub fn check(book: &Book) -> Vec<Finding> {
    let mut findings = Vec::new();
    let css = fs::read_to_string(book.root.join("theme/book.css")).ok();
    for file in &book.drawings {
        let text = fs::read_to_string(book.root.join(file)).unwrap_or_default();
        findings.extend(check_text(file, &text));
        findings.extend(shape::check(file, &text, css.as_deref()));
    }
    findings
}

/// 检查一幅图。
#[must_use]
pub fn check_text(file: &Path, text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut add = |line: usize, expected: &str, actual: &str| {
        findings.push(Finding::new(file, line, expected, actual));
    };
    for (number, line) in (1..).zip(text.lines()) {
        if line.trim().is_empty() {
            add(
                number,
                "图里没有空行（空行会结束 Markdown 里的 HTML）",
                "空行",
            );
        }
    }
    let line_of = |needle: &str| {
        (1..)
            .zip(text.lines())
            .find(|(_, line)| line.contains(needle))
            .map_or(1, |(number, _)| number)
    };
    let html = Html::parse_fragment(text);
    let Some(svg) = first(&html.root_element(), "svg") else {
        add(1, "一个 <svg>", "没有");
        return findings;
    };
    if svg.attr("role") != Some("img") {
        add(
            1,
            "<svg role=\"img\">",
            svg.attr("role").unwrap_or("没有 role"),
        );
    }
    if svg.attr("viewBox").is_none() || svg.attr("width").is_some() || svg.attr("height").is_some()
    {
        add(
            1,
            "<svg> 有 viewBox，没有 width 和 height：在手机上才会缩小",
            text.lines().next().unwrap_or_default(),
        );
    }
    let id = id_of(file);
    for part in ["title", "desc"] {
        let words = first(&svg, part).filter(|element| {
            element.attr("id") == Some(&format!("{id}-{part}"))
                && element.text().any(|text| !text.trim().is_empty())
        });
        if words.is_none() {
            let expected = format!("<{part} id=\"{id}-{part}\"> 里有文字版");
            add(line_of(&format!("<{part}")), &expected, "没有");
        }
    }
    let labelled = format!("{id}-title {id}-desc");
    if svg.attr("aria-labelledby") != Some(&labelled) {
        let expected = format!("<svg aria-labelledby=\"{labelled}\">");
        add(1, &expected, svg.attr("aria-labelledby").unwrap_or("没有"));
    }
    let mut ids = BTreeSet::new();
    for element in svg.descendent_elements() {
        let name = element.value().name().to_ascii_lowercase();
        if FOREIGN.contains(&name.as_str()) {
            add(
                line_of(&format!("<{name}")),
                "图里只有形状和文字",
                &format!("<{name}>"),
            );
        }
        for attribute in COLOURED {
            if let Some(value) = element.attr(attribute)
                && !follows_theme(value)
            {
                let written = format!("{attribute}=\"{value}\"");
                add(
                    line_of(&written),
                    "颜色写在 theme/book.css 里（这里只许 none、currentColor、var(…)）",
                    &written,
                );
            }
        }
        if let Some(found) = element.attr("id")
            && (!found.starts_with(&format!("{id}-")) || !ids.insert(found.to_owned()))
        {
            let expected = format!("id 以 {id}- 开头，不重复");
            add(line_of(&format!("id=\"{found}\"")), &expected, found);
        }
    }
    for (line, words) in (1..).zip(words_of(text).lines()) {
        let prose = Prose::plain(line, words);
        findings.extend(chinese::check_prose(file, &prose, Written::InProse));
    }
    findings
}

/// `listings/ch01/sessions/hello.svg` → `ch01-hello`；`listings/drawings/fd-table.svg` → `fd-table`。
fn id_of(file: &Path) -> String {
    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
    let folders: Vec<_> = file.iter().map(|part| part.to_string_lossy()).collect();
    match folders.as_slice() {
        [.., chapter, sessions, _] if sessions == "sessions" => {
            format!("{chapter}-{stem}").replace('_', "-")
        }
        _ => stem.replace('_', "-"),
    }
}

fn follows_theme(value: &str) -> bool {
    matches!(value, "none" | "currentColor") || value.starts_with("var(--")
}

fn first<'a>(element: &ElementRef<'a>, selector: &str) -> Option<ElementRef<'a>> {
    let selector = Selector::parse(selector).ok()?;
    element.select(&selector).next()
}

/// 只留下文字，行号不变。
fn words_of(text: &str) -> String {
    let mut words = String::new();
    let mut tag = false;
    for c in text.chars() {
        match c {
            '<' => tag = true,
            '>' => tag = false,
            '\n' => words.push('\n'),
            c if !tag => words.push(c),
            _ => {}
        }
    }
    words
}
