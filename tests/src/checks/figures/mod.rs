//! 图框：样式、按钮、检查都靠它的写法，所以每页都一样，而且与里面引用的东西一致。

pub mod markup;
pub mod numbers;

use std::path::Path;

use crate::book::figure::Figure;
use crate::book::page::{Fence, Include, Page};
use crate::book::{Book, DRAWINGS};
use crate::finding::Finding;
use crate::session::Session;
use numbers::Numbers;

/// 检查每一页的图框，并按阅读次序核对编号。
#[must_use]
pub fn check(book: &Book) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut numbers = Numbers::default();
    for page in &book.pages {
        findings.extend(markup::check(page));
        let mut here = PageFindings {
            file: &page.file,
            findings: &mut findings,
        };
        for fence in &page.fences {
            if !page.figures.iter().any(|figure| contains(figure, fence)) {
                here.add(fence.line, "代码块在 <figure> 里", "在外面");
            }
        }
        for figure in &page.figures {
            match figure.class.as_str() {
                "listing" => check_listing(book, page, figure, &mut numbers, &mut here),
                "session" => check_session(book, page, figure, &mut numbers, &mut here),
                "drawing" => check_drawing(book, page, figure, &mut numbers, &mut here),
                class => here.add(
                    figure.line,
                    "<figure> 的 class 是 listing、session 或 drawing",
                    format!("class=\"{class}\""),
                ),
            }
        }
    }
    for page in &book.pages {
        findings.extend(numbers.unknown_references(page));
    }
    findings
}

/// 记发现的人，免得每次都写文件名。
struct PageFindings<'a> {
    file: &'a Path,
    findings: &'a mut Vec<Finding>,
}

impl PageFindings<'_> {
    fn add(&mut self, line: usize, expected: impl Into<String>, actual: impl Into<String>) {
        self.findings
            .push(Finding::new(self.file, line, expected, actual));
    }
}

fn contains(figure: &Figure, fence: &Fence) -> bool {
    figure.line < fence.line && fence.line < figure.end
}

fn includes(page: &Page, figure: &Figure) -> Vec<Include> {
    page.fences
        .iter()
        .filter(|fence| contains(figure, fence))
        .flat_map(|fence| fence.includes(&page.file).collect::<Vec<_>>())
        .collect()
}

fn check_listing(
    book: &Book,
    page: &Page,
    figure: &Figure,
    numbers: &mut Numbers,
    here: &mut PageFindings<'_>,
) {
    let name = figure.name.as_deref().unwrap_or("程序名");
    let tag = format!("<figure class=\"listing\" data-program=\"{name}\">");
    if figure.tag != tag && figure.tag != tag.replace('>', " data-run>") {
        here.add(
            figure.line,
            format!("{tag}（要 ▶ 就加 data-run）"),
            figure.tag.clone(),
        );
    }
    let Some(program) = book.program(name) else {
        if figure.name.is_some() {
            here.add(figure.line, "data-program 是 listings 里的一个程序", name);
        }
        return;
    };
    let includes = includes(page, figure);
    if includes.is_empty() {
        here.add(
            figure.line,
            format!("引用 {}", program.file.display()),
            "没有引用",
        );
    }
    for include in includes {
        if include.file != program.file {
            here.add(
                include.line,
                format!("data-program=\"{name}\" 引用 {}", program.file.display()),
                include.file.display().to_string(),
            );
        }
    }
    let number = numbers.number("程序", &program.chapter, name);
    let expected = format!("程序 {number}　<code>{}</code>", program.file.display());
    match &figure.caption {
        Some(caption) if caption.text == expected => {}
        Some(caption) => here.add(
            caption.line,
            format!("<figcaption>{expected}</figcaption>"),
            caption.text.clone(),
        ),
        None => here.add(
            figure.line,
            format!("<figcaption>{expected}</figcaption> 自成一行"),
            "没有",
        ),
    }
}

/// 会话的图框的开始标签：页面靠它知道哪个录音是哪个终端的、命令按什么次序敲。
fn session_tag(session: &Session) -> String {
    let order: Vec<String> = session.order().iter().map(ToString::to_string).collect();
    format!(
        "<figure class=\"session\" data-session=\"{}\" data-terminals=\"{}\" data-order=\"{}\">",
        session.name,
        session.terminals.join(" "),
        order.join(" ")
    )
}

fn check_session(
    book: &Book,
    page: &Page,
    figure: &Figure,
    numbers: &mut Numbers,
    here: &mut PageFindings<'_>,
) {
    let Some(name) = &figure.name else {
        here.add(figure.line, "data-session=\"ch01/会话名\"", "没有");
        return;
    };
    let Some(session) = book.session(name) else {
        here.add(figure.line, "data-session 是 listings 里的一个会话", name);
        return;
    };
    let tag = session_tag(session);
    if figure.tag != tag {
        here.add(figure.line, tag, figure.tag.clone());
    }
    let expected: Vec<_> = session
        .terminals
        .iter()
        .map(|terminal| session.transcript_file(terminal))
        .collect();
    let actual: Vec<_> = includes(page, figure)
        .into_iter()
        .map(|include| include.file)
        .collect();
    if actual != expected {
        here.add(
            figure.line,
            format!("依次引用每个终端的录音：{expected:?}"),
            format!("{actual:?}"),
        );
    }
    let chapter = name.split('/').next().unwrap_or_default();
    let number = numbers.number("会话", chapter, name);
    check_caption(figure, &format!("会话 {number}　"), here);
}

/// 说明的后半句：有话，前后没有空格。
fn is_sentence(text: &str) -> bool {
    !text.is_empty() && text.trim() == text
}

/// 说明：编号、全角空格、一句话。
fn check_caption(figure: &Figure, prefix: &str, here: &mut PageFindings<'_>) {
    match &figure.caption {
        Some(caption) if caption.text.strip_prefix(prefix).is_some_and(is_sentence) => {}
        Some(caption) => here.add(
            caption.line,
            format!("<figcaption>{prefix}一句说明</figcaption>"),
            caption.text.clone(),
        ),
        None => here.add(
            figure.line,
            format!("<figcaption>{prefix}一句说明</figcaption> 自成一行"),
            "没有",
        ),
    }
}

/// 图：`ch01/hello` 是那个会话画出来的，没有斜杠的是手画的。按所在的章编号，两种合在一起。
fn check_drawing(
    book: &Book,
    page: &Page,
    figure: &Figure,
    numbers: &mut Numbers,
    here: &mut PageFindings<'_>,
) {
    let Some(name) = &figure.name else {
        here.add(figure.line, "data-drawing=\"图的名字\"", "没有");
        return;
    };
    let tag = format!("<figure class=\"drawing\" data-drawing=\"{name}\">");
    if figure.tag != tag {
        here.add(figure.line, tag, figure.tag.clone());
    }
    let expected = match book.session(name) {
        Some(session) if session.draw => session.drawing_file(),
        Some(_) => {
            here.add(figure.line, format!("会话 {name} 写了 draw = true"), "没有");
            return;
        }
        None => Path::new(DRAWINGS).join(format!("{name}.svg")),
    };
    let actual: Vec<_> = figure.drawn.iter().map(|include| &include.file).collect();
    if actual != [&expected] {
        here.add(
            figure.line,
            format!("引用 {}", expected.display()),
            format!("{actual:?}"),
        );
    }
    let part = page.file.iter().nth(1).unwrap_or_default();
    let chapter = part.to_string_lossy();
    if numbers.is_known("图", &chapter, name) {
        here.add(figure.line, "一幅图只放一次（里面的 id 会重复）", name);
    }
    let number = numbers.number("图", &chapter, name);
    check_caption(figure, &format!("图 {number}　"), here);
}
