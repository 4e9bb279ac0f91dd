//! SVG 的写法：标签成对，class 都有样式，字在画布里面，不动、不取别的文件。按标签读，不经过会替我们补全的解析器。

use std::collections::BTreeMap;
use std::path::Path;

use crate::finding::Finding;

/// 画布的宽；字号 14，缩到手机上还看得清。
const WIDTH: f64 = 400.0;

/// 样式表里不写、就用默认样子的 class。
const PLAIN: [&str; 2] = ["label", "line"];

/// 会动的、会取东西的元素。
const MOVING: [&str; 6] = [
    "animate",
    "animatemotion",
    "animatetransform",
    "set",
    "iframe",
    "video",
];

/// 一个标签。
struct Tag<'a> {
    line: usize,
    name: &'a str,
    closing: bool,
    text: &'a str,
}

impl Tag<'_> {
    /// 里面写着的属性和值。
    fn attributes(&self) -> Vec<(&str, &str)> {
        let mut found = Vec::new();
        let mut rest = self.text;
        while let Some((before, after)) = rest.split_once("=\"") {
            let name = before.rsplit([' ', '\n', '"']).next().unwrap_or_default();
            let (value, after) = after.split_once('"').unwrap_or((after, ""));
            found.push((name, value));
            rest = after;
        }
        found
    }
}

/// 检查一幅图；`css` 是书的样式表。
#[must_use]
pub fn check(file: &Path, text: &str, css: Option<&str>) -> Vec<Finding> {
    let tags = tags(text);
    let mut findings = Vec::new();
    let mut add = |line: usize, expected: String, actual: String| {
        findings.push(Finding::new(file, line, expected, actual));
    };
    let mut open: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    let mut height = f64::INFINITY;
    for tag in &tags {
        if tag.closing {
            if open.entry(tag.name).or_default().pop().is_none() {
                add(
                    tag.line,
                    format!("</{}> 有对应的开始标签", tag.name),
                    tag.text.to_owned(),
                );
            }
            continue;
        }
        if tag.text.ends_with("/>") {
            add(
                tag.line,
                format!("写出结束标签 </{}>", tag.name),
                tag.text.to_owned(),
            );
        } else {
            open.entry(tag.name).or_default().push(tag.line);
        }
        if MOVING.contains(&tag.name.to_ascii_lowercase().as_str()) {
            add(
                tag.line,
                "图里只有不动的形状和文字".into(),
                format!("<{}>", tag.name),
            );
        }
        for (name, value) in tag.attributes() {
            let written = format!("{name}=\"{value}\"");
            let number = value.parse::<f64>().ok();
            match name {
                "viewBox" => {
                    let sizes: Vec<f64> = value.split(' ').filter_map(|n| n.parse().ok()).collect();
                    match sizes.as_slice() {
                        [x, y, width, h] if [*x, *y, *width] == [0.0, 0.0, WIDTH] => height = *h,
                        _ => add(tag.line, "viewBox=\"0 0 400 高\"".into(), written),
                    }
                }
                "class" => {
                    for class in value.split_whitespace() {
                        if !PLAIN.contains(&class) && css.is_some_and(|css| !is_styled(css, class))
                        {
                            let expected = format!("theme/book.css 里有 .{class}");
                            add(tag.line, expected, written.clone());
                        }
                    }
                }
                "x" if number.is_some_and(|x| !(0.0..=WIDTH).contains(&x)) => {
                    add(tag.line, "在画布里面".into(), written);
                }
                "y" if number.is_some_and(|y| !(0.0..=height).contains(&y)) => {
                    add(tag.line, "在画布里面".into(), written);
                }
                "href" | "xlink:href" => add(tag.line, "图不取别的东西".into(), written),
                _ if name.starts_with("on") => add(tag.line, "图不运行脚本".into(), written),
                _ if value.contains("url(") && !value.contains("url(#") => {
                    add(tag.line, "图不取别的文件".into(), written);
                }
                _ => {}
            }
        }
    }
    for (name, lines) in open {
        for line in lines {
            add(
                line,
                format!("</{name}> 结束它"),
                format!("<{name}> 没有结束"),
            );
        }
    }
    findings
}

/// 样式表里有没有这个 class 的选择器。
fn is_styled(css: &str, class: &str) -> bool {
    let selector = format!(".{class}");
    css.match_indices(&selector).any(|(at, _)| {
        let after = css[at + selector.len()..].chars().next();
        !after.is_some_and(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
    })
}

/// 全部标签，按次序；注释不算。
fn tags(text: &str) -> Vec<Tag<'_>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = text[at..].find('<').map(|found| at + found) {
        let comment = text[start..].starts_with("<!--");
        let close = if comment { "-->" } else { ">" };
        let end = text[start..]
            .find(close)
            .map_or(text.len(), |found| start + found + close.len());
        let tag = &text[start..end];
        let name = tag[1..].trim_start_matches('/');
        let length = name
            .find(|c: char| !c.is_ascii_alphanumeric())
            .unwrap_or(name.len());
        if !comment && length > 0 {
            found.push(Tag {
                line: text[..start].matches('\n').count() + 1,
                name: &name[..length],
                closing: tag.starts_with("</"),
                text: tag,
            });
        }
        at = end;
    }
    found
}
