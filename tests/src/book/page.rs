//! 一页 Markdown：代码块和它们引用的文件、图框（figure）、行内代码、链接。

use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use super::figure::{Figure, figures};
use super::normalize;
use super::prose::{self, Collector, Prose};

/// mdBook 打开的那些语法。
const OPTIONS: Options = Options::ENABLE_TABLES
    .union(Options::ENABLE_FOOTNOTES)
    .union(Options::ENABLE_STRIKETHROUGH)
    .union(Options::ENABLE_TASKLISTS)
    .union(Options::ENABLE_HEADING_ATTRIBUTES)
    .union(Options::ENABLE_GFM)
    .union(Options::ENABLE_DEFINITION_LIST);

/// 一页。
#[derive(Debug, Default)]
pub struct Page {
    /// 相对仓库根目录的路径。
    pub file: PathBuf,
    /// 原文。
    pub text: String,
    /// 代码块。
    pub fences: Vec<Fence>,
    /// 程序和会话的图框。
    pub figures: Vec<Figure>,
    /// 给人读的文字。
    pub prose: Vec<Prose>,
    /// 行内代码，HTML 的 `<code>` 也算。
    pub code_spans: Vec<Span>,
    /// 行内代码写到了下一行：是哪一行，写了什么。
    pub wrapped_code: Vec<Span>,
    /// 手写的 HTML：一行标签和文字，或段落里的一个标签。
    pub html: Vec<Span>,
    /// HTML 注释占的行。
    pub comments: Vec<RangeInclusive<usize>>,
    /// 链接和图片。
    pub links: Vec<Link>,
    /// 标题。
    pub headings: Vec<Heading>,
    /// 表格。
    pub tables: Vec<Table>,
    /// 目录里的名字；不在目录里就没有。
    pub listed_as: Option<String>,
}

/// 一个代码块。
#[derive(Debug)]
pub struct Fence {
    /// 开头那一行的行号；缩进式代码块是它的第一行。
    pub line: usize,
    /// 最后一行的行号。
    pub end: usize,
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
    /// 写着什么。
    pub text: String,
}

/// 一个标题。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// 行号。
    pub line: usize,
    /// 几个 #。
    pub level: usize,
    /// 写着什么，代码在 `` ` `` 里。
    pub text: String,
}

/// 一张表。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// 占哪些行。
    pub lines: RangeInclusive<usize>,
    /// 几列。
    pub columns: usize,
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
        let (keyword, target) = inner.split_once(' ')?;
        // 一行写了两条，中间会剩下花括号和空格。
        if target.contains(['{', '}', ' ']) {
            return None;
        }
        let rustdoc = match keyword {
            "include" => false,
            "rustdoc_include" => true,
            _ => return None,
        };
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

impl Page {
    /// 解析一页。
    #[must_use]
    pub fn parse(file: PathBuf, text: String) -> Self {
        let mut page = Self {
            file,
            ..Self::default()
        };
        let mut collector = Collector::default();
        let starts: Vec<usize> = std::iter::once(0)
            .chain(text.match_indices('\n').map(|(at, _)| at + 1))
            .collect();
        let line_of = |offset: usize| starts.partition_point(|&start| start <= offset);
        let mut fence: Option<Fence> = None;
        for (event, range) in Parser::new_ext(&text, OPTIONS).into_offset_iter() {
            let line = line_of(range.start);
            match &event {
                Event::Start(Tag::CodeBlock(kind)) => {
                    fence = Some(Fence {
                        line,
                        end: line_of(range.end.saturating_sub(1)),
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
                        fence.lines.extend(spans(line, content));
                        continue;
                    }
                }
                Event::Code(_) => {
                    let written = text[range.clone()].lines().skip(1);
                    page.wrapped_code
                        .extend((line + 1..).zip(written).map(|(line, text)| Span {
                            line,
                            text: text.to_owned(),
                        }));
                }
                Event::Html(html) | Event::InlineHtml(html) => {
                    page.html.extend(spans(line, html));
                    for (at, _) in html.match_indices("<!--") {
                        let start = range.start + at;
                        let end = text[start..]
                            .find("-->")
                            .map_or(text.len(), |at| start + at);
                        page.comments.push(line_of(start)..=line_of(end));
                    }
                }
                Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                    page.links.push(Link {
                        line,
                        target: dest_url.to_string(),
                        text: link_text(&text[range.clone()]).to_owned(),
                    });
                }
                Event::Start(Tag::Heading { level, .. }) => page.headings.push(Heading {
                    line,
                    level: *level as usize,
                    text: heading_text(&text[range.clone()]).to_owned(),
                }),
                Event::Start(Tag::Table(columns)) => page.tables.push(Table {
                    lines: line..=line_of(range.end.saturating_sub(1)),
                    columns: columns.len(),
                }),
                _ => {}
            }
            collector.event(&event, line);
        }
        page.prose = collector.prose;
        page.wrapped_code.extend(collector.wrapped_code);
        page.code_spans = prose::code_spans(&page.prose);
        page.figures = figures(&page.file, &text, |line| page.is_comment(line));
        page.text = text;
        page
    }

    /// 这一行在不在 HTML 注释里。
    #[must_use]
    pub fn is_comment(&self, line: usize) -> bool {
        self.comments.iter().any(|lines| lines.contains(&line))
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

/// 从 `first` 行开始的几行，空白行除外。
fn spans(first: usize, text: &str) -> impl Iterator<Item = Span> {
    (first..)
        .zip(text.lines())
        .filter(|(_, text)| !text.trim().is_empty())
        .map(|(line, text)| Span {
            line,
            text: text.to_owned(),
        })
}

/// `[文字](地址)` 里的文字。
fn link_text(source: &str) -> &str {
    let source = source.trim_start_matches('!');
    let inner = source.strip_prefix('[').unwrap_or(source);
    inner.rsplit_once("](").map_or(inner, |(text, _)| text)
}

/// `## 文字 {#id}` 里的文字。
fn heading_text(source: &str) -> &str {
    let line = source.lines().next().unwrap_or_default();
    let text = line.trim_start_matches('#').trim();
    text.split_once(" {#").map_or(text, |(text, _)| text)
}
