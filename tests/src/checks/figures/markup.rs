//! 图框的写法是固定的：开始标签、说明、空行、代码块、空行、结束标签，多一行少一行都不行。

use crate::book::figure::{Figure, caption};
use crate::book::page::{Include, Page, Span};
use crate::finding::Finding;

/// 图框用到的标签；写在别处就是图框写坏了。
const TAGS: [&str; 4] = ["<figure", "</figure", "<figcaption", "</figcaption"];

/// 图框里的哪一行都该是什么。
const FOREIGN: &str = "图框里只有说明和引用";

/// 检查一页里全部图框的写法；里面说的是什么，不归这里管。
#[must_use]
pub fn check(page: &Page) -> Vec<Finding> {
    let mut findings = stray_tags(page);
    for figure in &page.figures {
        let mut body = Body {
            page,
            figure,
            findings: Vec::new(),
        };
        body.check();
        findings.extend(body.findings);
    }
    findings
}

/// 不顶格、不自成一行、或没有配对的标签。
fn stray_tags(page: &Page) -> Vec<Finding> {
    let known = |line: usize| {
        page.figures.iter().any(|figure| {
            figure.line == line
                || (figure.closed && figure.end == line)
                || figure.body.iter().any(|span| span.line == line)
        })
    };
    let mut findings = Vec::new();
    for span in &page.html {
        let lower = span.text.to_ascii_lowercase();
        let tag = TAGS.iter().any(|tag| lower.contains(tag));
        if !tag || known(span.line) || page.is_comment(span.line) {
            continue;
        }
        let text = line(page, span.line);
        // 说明在它的图框没有认出来时也会到这里：一并报出，改好图框就好了。
        findings.push(Finding::new(
            &page.file,
            span.line,
            "图框的标签顶格、自成一行，<figure> 和 </figure> 成对",
            text,
        ));
    }
    findings.dedup();
    findings
}

fn line(page: &Page, number: usize) -> &str {
    page.text.lines().nth(number - 1).unwrap_or_default()
}

/// 读一个图框的各行。
struct Body<'a> {
    page: &'a Page,
    figure: &'a Figure,
    findings: Vec<Finding>,
}

impl Body<'_> {
    fn add(&mut self, line: usize, expected: impl Into<String>, actual: impl Into<String>) {
        self.findings
            .push(Finding::new(&self.page.file, line, expected, actual));
    }

    fn check(&mut self) {
        let figure = self.figure;
        if figure.tag.matches('<').count() > 1 {
            self.add(figure.line, "<figure> 自成一行", figure.tag.clone());
        }
        if !figure.closed {
            self.add(figure.line, "</figure> 结束这个图框", "没有");
        }
        let end = line(self.page, figure.end);
        if figure.closed && end != "</figure>" {
            self.add(figure.end, "</figure> 自成一行", end);
        }
        let first = figure.body.first();
        if figure.caption.is_some() && first.is_none_or(|span| caption(&span.text).is_none()) {
            self.add(
                figure.line,
                "<figcaption> 紧跟在 <figure> 后面的一行",
                first.map_or("没有", |span| span.text.as_str()),
            );
        }
        if let Some(caption) = &figure.caption {
            self.check_caption(caption);
        }
        match figure.class.as_str() {
            "listing" => self.check_fences("rust,ignore"),
            "session" => self.check_fences("console"),
            "drawing" => self.check_drawing(),
            _ => {}
        }
    }

    /// 图没有代码块，正好四行；空行会结束 Markdown 里的 HTML，后半截就成了正文。
    fn check_drawing(&mut self) {
        let figure = self.figure;
        if figure.closed && figure.end != figure.line + 3 {
            self.add(
                figure.line,
                "图框正好四行：<figure>、<figcaption>、引用、</figure>",
                format!("{} 行", figure.end - figure.line + 1),
            );
        }
        for span in &figure.body {
            let include = Include::parse(&self.page.file, span.line, &span.text).is_some();
            if !(include || caption(&span.text).is_some() || span.text.is_empty()) {
                self.add(span.line, FOREIGN, span.text.clone());
                // 没有结束的图框，后面都是正文：说出第一行就够了。
                if !figure.closed {
                    break;
                }
            }
        }
    }

    /// 说明是 HTML：只有文字和 `<code>`，Markdown 不起作用。
    fn check_caption(&mut self, caption: &Span) {
        let bare = caption.text.replace("<code>", "").replace("</code>", "");
        let pairs =
            caption.text.matches("<code>").count() == caption.text.matches("</code>").count();
        if bare.contains(['<', '>', '`', '*', '[', ']']) || !pairs {
            self.add(
                caption.line,
                "说明里只有文字和 <code>…</code>（这里不是 Markdown）",
                caption.text.clone(),
            );
        }
    }

    /// 说明以外只有空行和代码块：代码块前后各一个空行，里面是一条顶格的引用。
    /// 两条挤在一起，“整个文件”会把程序拼上两遍，两个终端会只有一个标题。
    fn check_fences(&mut self, language: &str) {
        let figure = self.figure;
        let open = format!("```{language}");
        let mut inside = false;
        let mut captions = 0;
        let mut includes = 0;
        let mut previous = figure.tag.as_str();
        for span in &figure.body {
            let text = span.text.as_str();
            if inside {
                let include = Include::parse(&self.page.file, span.line, text);
                if text == "```" {
                    inside = false;
                } else if include.is_none() || text.starts_with(' ') {
                    self.add(span.line, "代码块里只有顶格的引用，用 ``` 结束", text);
                } else {
                    includes += 1;
                    if includes == 2 {
                        self.add(span.line, "每个代码块一条引用", text);
                    }
                }
            } else if text.starts_with("```") {
                inside = true;
                includes = 0;
                if text != open {
                    self.add(span.line, &open, text);
                }
                if !previous.is_empty() {
                    self.add(span.line, "代码块前面有一个空行", previous);
                }
            } else if caption(text).is_some() {
                captions += 1;
                if captions > 1 {
                    self.add(span.line, "图框里只有一句说明", text);
                }
            } else if !text.is_empty() {
                self.add(span.line, FOREIGN, text);
                if !figure.closed {
                    break;
                }
            } else if previous.is_empty() {
                self.add(span.line, "只空一行", "空了两行");
            }
            if previous == "```" && !inside && !text.is_empty() {
                self.add(span.line, "代码块后面有一个空行", text);
            }
            previous = text;
        }
        if inside {
            self.add(figure.line, "代码块用 ``` 结束", "没有结束");
        }
        if figure.closed && !previous.is_empty() {
            self.add(figure.end, "</figure> 前面有一个空行", previous);
        }
    }
}
