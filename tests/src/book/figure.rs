//! 图框：`<figure class="listing" data-program="…">` 到 `</figure>`；会话和图同样。
//!
//! 这里只找出它们，写得对不对由 [`crate::checks::figures`] 说。

use std::path::Path;

use super::page::{Include, Span};

/// 一个图框。
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Figure {
    /// 起始行。
    pub line: usize,
    /// 结束行；没有结束标签时，是下一个图框之前或文件的最后一行。
    pub end: usize,
    /// 有没有结束标签。
    pub closed: bool,
    /// `class` 的值。
    pub class: String,
    /// `data-program`、`data-session` 或 `data-drawing` 的值。
    pub name: Option<String>,
    /// 开始标签那一整行。
    pub tag: String,
    /// 有没有 `data-run`：页面上给它一个 ▶。
    pub run: bool,
    /// `<figcaption>` 里面的内容，和它的行号；写了几个时是第一个。
    pub caption: Option<Span>,
    /// 开始和结束标签之间的各行，空行也在。
    pub body: Vec<Span>,
    /// 图的图框里直接写的引用：SVG 要嵌在页面里，不能放在代码块里。
    pub drawn: Vec<Include>,
}

impl Figure {
    /// 从顶格的开始标签起一个图框。
    fn open(line: usize, tag: &str) -> Self {
        Self {
            line,
            class: attribute(tag, "class").unwrap_or_default(),
            name: ["data-program", "data-session", "data-drawing"]
                .iter()
                .find_map(|name| attribute(tag, name)),
            tag: tag.to_owned(),
            run: tag.contains(" data-run"),
            ..Self::default()
        }
    }
}

/// 逐行找图框：开始标签顶格，代码块里不会有（那里只有引用）；`skipped` 说哪些行是注释。
pub(super) fn figures(page: &Path, text: &str, skipped: impl Fn(usize) -> bool) -> Vec<Figure> {
    let mut figures = Vec::new();
    let mut open: Option<Figure> = None;
    let mut last = 0;
    for (number, line) in (1..).zip(text.lines()) {
        last = number;
        if skipped(number) {
            continue;
        }
        if line.starts_with("<figure ") || line.starts_with("<figure>") {
            figures.extend(open.take().map(|figure| Figure {
                end: number - 1,
                ..figure
            }));
            open = Some(Figure::open(number, line));
            continue;
        }
        let Some(figure) = &mut open else { continue };
        if line.starts_with("</figure>") {
            figure.end = number;
            figure.closed = true;
            figures.extend(open.take());
            continue;
        }
        figure.body.push(Span {
            line: number,
            text: line.to_owned(),
        });
        if let Some(caption) = caption(line)
            && figure.caption.is_none()
        {
            figure.caption = Some(Span {
                line: number,
                text: caption.to_owned(),
            });
        }
        if figure.class == "drawing" {
            figure.drawn.extend(Include::parse(page, number, line));
        }
    }
    figures.extend(open.map(|figure| Figure {
        end: last,
        ..figure
    }));
    figures
}

/// 整行是一句说明时，里面的内容。
#[must_use]
pub fn caption(line: &str) -> Option<&str> {
    line.strip_prefix("<figcaption>")
        .and_then(|rest| rest.strip_suffix("</figcaption>"))
}

/// HTML 标签里 `name="值"` 的值。
fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    let (value, _) = rest.split_once('"')?;
    Some(value.to_owned())
}
