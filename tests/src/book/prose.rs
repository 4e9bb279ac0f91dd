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

    /// 注释里的一句话，`` ` `` 里的是代码。
    #[must_use]
    pub fn with_code(line: usize, text: &str) -> Self {
        let mut prose = Self::plain(line, "");
        // 没有配对的 `，后面那段就不是代码。
        let parts: Vec<&str> = text.split('`').collect();
        for (index, part) in parts.iter().enumerate() {
            if index % 2 == 1 && index + 1 < parts.len() {
                prose.code(part);
            } else {
                prose.text.push_str(part);
            }
        }
        prose
    }

    /// 程序里的一个字符串，在 `\n` 这样的转义和 `{…}` 处断开：那里印出来的是什么，这里不知道。
    #[must_use]
    pub fn of_string(line: usize, source: &str) -> Vec<Self> {
        let mut parts = Vec::new();
        let mut part = String::new();
        let mut chars = source.chars();
        while let Some(c) = chars.next() {
            match c {
                '\\' => {
                    chars.next();
                    parts.push(std::mem::take(&mut part));
                }
                '{' if !chars.as_str().starts_with('{') => {
                    chars.by_ref().take_while(|c| *c != '}').for_each(drop);
                    parts.push(std::mem::take(&mut part));
                }
                c => part.push(c),
            }
        }
        parts.push(part);
        parts.iter().map(|part| Self::plain(line, part)).collect()
    }

    /// 拆成一个个字，占位算一个。
    #[must_use]
    pub fn tokens<'a>(&self, text: &'a str) -> Vec<&'a str> {
        let marks: Vec<String> = (0..self.codes.len()).map(placeholder).collect();
        let mut tokens = Vec::new();
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            let mark = marks.iter().find(|mark| rest.starts_with(mark.as_str()));
            let (token, after) = rest.split_at(mark.map_or(c.len_utf8(), String::len));
            tokens.push(token);
            rest = after;
        }
        tokens
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

/// 强调的哪一头。
enum Edge {
    Start,
    End,
}

fn is_punctuation(c: char) -> bool {
    "，。；：！？、（）《》“”".contains(c)
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
    /// 刚过了强调的一头。
    edge: Option<Edge>,
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
                let mut text = text.as_ref();
                match self.edge.take() {
                    Some(Edge::Start) if text.starts_with(is_punctuation) => {
                        let kept = self.current.text.trim_end_matches(' ').len();
                        self.current.text.truncate(kept);
                    }
                    Some(Edge::End) => text = text.strip_prefix(' ').unwrap_or(text),
                    _ => {}
                }
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
            // `**先说结论。** 再解释`：标点挨着 ** 时，不空一格就不是粗体；这一格不算。
            Event::Start(Tag::Emphasis | Tag::Strong | Tag::Strikethrough) => {
                self.edge = Some(Edge::Start);
            }
            Event::End(TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough) => {
                let after = self.current.text.ends_with(is_punctuation);
                self.edge = after.then_some(Edge::End);
            }
            Event::End(TagEnd::Link) => {}
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
