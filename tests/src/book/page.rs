//! 一页 Markdown：代码块和它们引用的文件、图框（figure）、行内代码、链接。

use std::path::{Path, PathBuf};

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use super::normalize;

/// 一页。
#[derive(Debug)]
pub struct Page {
    /// 相对仓库根目录的路径。
    pub file: PathBuf,
    /// 原文。
    pub text: String,
    /// 代码块。
    pub fences: Vec<Fence>,
    /// 程序和会话的图框。
    pub figures: Vec<Figure>,
    /// 行内代码。
    pub code_spans: Vec<Span>,
    /// 链接和图片。
    pub links: Vec<Link>,
}

/// 一个代码块。
#[derive(Debug)]
pub struct Fence {
    /// 开头那一行的行号；缩进式代码块是它的第一行。
    pub line: usize,
    /// 语言；缩进式代码块没有。
    pub language: Option<String>,
    /// 里面的各行和行号，空白行除外。
    pub lines: Vec<Span>,
}

impl Fence {
    /// 里面的引用；不是引用的行不在其中。`page` 是这一页的路径，引用从它所在的文件夹算起。
    pub fn includes<'a>(&'a self, page: &'a Path) -> impl Iterator<Item = Include> + 'a {
        self.lines
            .iter()
            .filter_map(|span| Include::parse(page, span.line, &span.text))
    }
}

/// 一段文字和它的行号。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// 行号。
    pub line: usize,
    /// 文字。
    pub text: String,
}

/// 一个链接或图片。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// 行号。
    pub line: usize,
    /// 指向哪里。
    pub target: String,
}

/// `{{#include 文件}}` 或 `{{#rustdoc_include 文件:标记}}`。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Include {
    /// 行号。
    pub line: usize,
    /// 是不是 `rustdoc_include`：其余的行作为隐藏行带上。
    pub rustdoc: bool,
    /// 引用的文件，相对仓库根目录。
    pub file: PathBuf,
    /// 只要这一段。
    pub anchor: Option<String>,
}

impl Include {
    /// 整行就是一条引用时，认出它。
    #[must_use]
    pub fn parse(page: &Path, line: usize, text: &str) -> Option<Self> {
        let inner = text.trim().strip_prefix("{{#")?.strip_suffix("}}")?;
        let (keyword, target) = inner.split_once(char::is_whitespace)?;
        let rustdoc = match keyword {
            "include" => false,
            "rustdoc_include" => true,
            _ => return None,
        };
        let target = target.trim();
        let (file, anchor) = match target.split_once(':') {
            Some((file, anchor)) => (file, Some(anchor.to_owned())),
            None => (target, None),
        };
        let folder = page.parent().unwrap_or(Path::new(""));
        Some(Self {
            line,
            rustdoc,
            file: normalize(&folder.join(file)),
            anchor,
        })
    }
}

/// `<figure class="listing" data-program="…">` 到 `</figure>`；会话和图同样。
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Figure {
    /// 起始行。
    pub line: usize,
    /// 结束行；没有结束标签时等于文件的行数。
    pub end: usize,
    /// `class` 的值。
    pub class: String,
    /// `data-program`、`data-session` 或 `data-drawing` 的值。
    pub name: Option<String>,
    /// 开始标签那一整行。
    pub tag: String,
    /// 有没有 `data-run`：页面上给它一个 ▶。
    pub run: bool,
    /// `<figcaption>` 里面的内容，和它的行号。
    pub caption: Option<Span>,
    /// 图的图框里直接写的引用：SVG 要嵌在页面里，不能放在代码块里。
    pub drawn: Vec<Include>,
}

impl Page {
    /// 解析一页。
    #[must_use]
    pub fn parse(file: PathBuf, text: String) -> Self {
        let mut page = Self {
            figures: figures(&file, &text),
            file,
            fences: Vec::new(),
            code_spans: Vec::new(),
            links: Vec::new(),
            text,
        };
        let text = &page.text;
        let starts: Vec<usize> = std::iter::once(0)
            .chain(text.match_indices('\n').map(|(at, _)| at + 1))
            .collect();
        let line_of = |offset: usize| starts.partition_point(|&start| start <= offset);
        let mut fence: Option<Fence> = None;
        let options = Options::ENABLE_TABLES
            | Options::ENABLE_FOOTNOTES
            | Options::ENABLE_STRIKETHROUGH
            | Options::ENABLE_TASKLISTS
            | Options::ENABLE_HEADING_ATTRIBUTES
            | Options::ENABLE_GFM
            | Options::ENABLE_DEFINITION_LIST;
        for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
            match event {
                Event::Start(Tag::CodeBlock(kind)) => {
                    fence = Some(Fence {
                        line: line_of(range.start),
                        language: match kind {
                            CodeBlockKind::Fenced(info) => Some(info.to_string()),
                            CodeBlockKind::Indented => None,
                        },
                        lines: Vec::new(),
                    });
                }
                Event::End(TagEnd::CodeBlock) => page.fences.extend(fence.take()),
                Event::Text(content) => {
                    if let Some(fence) = &mut fence {
                        let first = line_of(range.start);
                        for (line, content) in (first..).zip(content.lines()) {
                            if !content.trim().is_empty() {
                                fence.lines.push(Span {
                                    line,
                                    text: content.to_owned(),
                                });
                            }
                        }
                    }
                }
                Event::Code(code) => page.code_spans.push(Span {
                    line: line_of(range.start),
                    text: code.to_string(),
                }),
                Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                    page.links.push(Link {
                        line: line_of(range.start),
                        target: dest_url.to_string(),
                    });
                }
                _ => {}
            }
        }
        page
    }

    /// 这一页的全部引用，和它所在的代码块。
    pub fn includes(&self) -> impl Iterator<Item = (&Fence, Include)> {
        self.fences.iter().flat_map(|fence| {
            fence
                .includes(&self.file)
                .map(move |include| (fence, include))
        })
    }

    /// 嵌在图框里的图。
    pub fn drawn(&self) -> impl Iterator<Item = &Include> {
        self.figures.iter().flat_map(|figure| &figure.drawn)
    }
}

/// 逐行找图框。图框是顶格写的 HTML，代码块里不会有（那里只有引用）。
fn figures(page: &Path, text: &str) -> Vec<Figure> {
    let mut figures = Vec::new();
    let mut open: Option<Figure> = None;
    let last = text.lines().count();
    for (number, line) in (1..).zip(text.lines()) {
        if line.starts_with("<figure") {
            figures.extend(open.take());
            open = Some(Figure {
                line: number,
                end: last,
                class: attribute(line, "class").unwrap_or_default(),
                name: ["data-program", "data-session", "data-drawing"]
                    .iter()
                    .find_map(|name| attribute(line, name)),
                tag: line.to_owned(),
                run: line.contains(" data-run"),
                ..Figure::default()
            });
        }
        let Some(figure) = &mut open else { continue };
        if let Some(caption) = line
            .strip_prefix("<figcaption>")
            .and_then(|rest| rest.strip_suffix("</figcaption>"))
        {
            figure.caption = Some(Span {
                line: number,
                text: caption.to_owned(),
            });
        }
        if figure.class == "drawing" {
            figure.drawn.extend(Include::parse(page, number, line));
        }
        if line.starts_with("</figure>") {
            figure.end = number;
            figures.extend(open.take());
        }
    }
    figures.extend(open);
    figures
}

/// HTML 标签里 `name="值"` 的值。
fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    let (value, _) = rest.split_once('"')?;
    Some(value.to_owned())
}
