//! 一页里给人读的文字：段落、标题、表格、说明、`alt` 和 `title`，代码除外。
//!
//! 强调和链接只留下里面的文字，因为读者看到的就是连在一起的一句话；代码换成一个占位的词，前后的标点和空格仍看得出来。

use pulldown_cmark::{Event, Tag, TagEnd};

use super::page::Span;

/// 连着的一段文字，在源文件里占一行。
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Prose {
    /// 行号。
    pub line: usize,
    /// 文字；第 n 段代码写成 [`placeholder`]`(n)`。
    pub text: String,
    /// 各段代码的内容。
    pub codes: Vec<String>,
    /// 写在 HTML 里（图框的说明、`<summary>`），不是 Markdown。
    pub html: bool,
    /// 前一行没有写完，这一行接着写。
    pub wrapped: bool,
}

/// 第 `index` 段代码的占位：像一个英文词。
#[must_use]
pub fn placeholder(index: usize) -> String {
    format!("qz{index}q")
}

impl Prose {
    /// 一句单独的话。
    #[must_use]
    pub fn plain(line: usize, text: &str) -> Self {
        Self {
            line,
            text: text.to_owned(),
            ..Self::default()
        }
    }

    fn code(&mut self, code: &str) {
        self.text.push_str(&placeholder(self.codes.len()));
        self.codes.push(code.to_owned());
    }

    /// 把占位换回 `` `代码` ``。
    #[must_use]
    pub fn restore(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (index, code) in self.codes.iter().enumerate() {
            text = text.replace(&placeholder(index), &format!("`{code}`"));
        }
        text
    }
}

/// 把 Markdown 的事件攒成一段段文字。
#[derive(Default)]
pub(super) struct Collector {
    current: Prose,
    /// 图片的替代文字要单独成段：外面那一段先放在这里。
    outer: Vec<Prose>,
    /// 攒好的。
    pub prose: Vec<Prose>,
    /// `<code>` 里写到了下一行的。
    pub wrapped_code: Vec<Span>,
    /// 在 `<code>` 和 `</code>` 之间。
    in_code: bool,
    /// 正在攒的 HTML 块，和它的行号。
    block: Option<(usize, String)>,
}

impl Collector {
    /// 接一个事件；代码块里的不要给它。
    pub fn event(&mut self, event: &Event<'_>, line: usize) {
        match event {
            Event::Text(text) if self.in_code => {
                self.begin(line);
                self.current.code(text);
            }
            Event::Text(text) => {
                self.begin(line);
                self.current.text.push_str(text);
            }
            Event::Code(code) => {
                self.begin(line);
                self.current.code(code);
            }
            Event::SoftBreak | Event::HardBreak => {
                self.flush();
                self.current.wrapped = true;
            }
            Event::InlineHtml(tag) => {
                match tag.as_ref() {
                    "<code>" => self.in_code = true,
                    "</code>" => self.in_code = false,
                    _ => {}
                }
                self.attributes(line, tag);
            }
            Event::Html(html) => {
                let (_, text) = self.block.get_or_insert_with(|| (line, String::new()));
                text.push_str(html);
            }
            Event::End(TagEnd::HtmlBlock) => {
                if let Some((line, text)) = self.block.take() {
                    self.html(line, &text);
                }
            }
            Event::Start(Tag::Image { title, .. }) => {
                self.attribute(line, title);
                self.outer.push(std::mem::take(&mut self.current));
            }
            Event::End(TagEnd::Image) => {
                self.flush();
                self.current = self.outer.pop().unwrap_or_default();
            }
            Event::Start(Tag::Link { title, .. }) => self.attribute(line, title),
            Event::Start(Tag::Emphasis | Tag::Strong | Tag::Strikethrough)
            | Event::End(
                TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link,
            ) => {}
            Event::Start(_) | Event::End(_) => self.flush(),
            _ => {}
        }
    }

    fn begin(&mut self, line: usize) {
        if self.current.text.is_empty() {
            self.current.line = line;
        }
    }

    fn flush(&mut self) {
        let done = std::mem::take(&mut self.current);
        if !done.text.trim().is_empty() {
            self.prose.push(done);
        }
    }

    fn attribute(&mut self, line: usize, text: &str) {
        if !text.trim().is_empty() {
            self.prose.push(Prose::plain(line, text));
        }
    }

    /// 标签里给人读的属性。
    fn attributes(&mut self, line: usize, tag: &str) {
        for name in ["alt", "title", "aria-label"] {
            let value = tag
                .split_once(&format!(" {name}=\""))
                .and_then(|(_, rest)| rest.split_once('"'));
            if let Some((value, _)) = value {
                self.attribute(line, value);
            }
        }
    }

    /// 一块 HTML：标签以外的文字，一行一段。注释不算。
    fn html(&mut self, first: usize, html: &str) {
        let mut line = first;
        let mut rest = html;
        let mut code: Option<String> = None;
        while let Some(c) = rest.chars().next() {
            if rest.starts_with('<') {
                let close = if rest.starts_with("<!--") { "-->" } else { ">" };
                let end = rest.find(close).map_or(rest.len(), |at| at + close.len());
                let (tag, after) = rest.split_at(end);
                rest = after;
                match tag {
                    "<code>" => code = Some(String::new()),
                    "</code>" => {
                        if let Some(code) = code.take() {
                            self.begin(line);
                            self.current.code(&unescape(&code));
                        }
                    }
                    _ if !tag.starts_with("<!--") => self.attributes(line, tag),
                    _ => {}
                }
                line += tag.matches('\n').count();
                continue;
            }
            rest = &rest[c.len_utf8()..];
            if c == '\n' {
                line += 1;
                if code.is_some() {
                    self.wrapped_code.push(Span {
                        line,
                        text: rest.lines().next().unwrap_or_default().to_owned(),
                    });
                }
                self.current.html = true;
                self.flush();
            } else if let Some(code) = &mut code {
                code.push(c);
            } else {
                self.begin(line);
                self.current.text.push(c);
            }
        }
        self.current.html = true;
        self.flush();
    }
}

/// HTML 里的 `<code>` 写的是哪些字。
fn unescape(html: &str) -> String {
    html.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&amp;", "&")
}

/// 文字里的代码，和行号。
pub(super) fn code_spans(prose: &[Prose]) -> Vec<Span> {
    prose
        .iter()
        .flat_map(|prose| {
            prose.codes.iter().map(|code| Span {
                line: prose.line,
                text: code.clone(),
            })
        })
        .collect()
}
