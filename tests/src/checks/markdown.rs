//! 写坏了的 Markdown：生成得出来，读者看到的却不对。还有题目、表格、折叠的答案的固定写法，和忘了删的话。

use std::collections::BTreeSet;

use crate::book::Book;
use crate::book::page::{Heading, Page, Table};
use crate::finding::Finding;

/// 露在文字里的记号，和该怎样写。
const SIGNS: [(&str, &str); 6] = [
    ("`", "` 成对"),
    ("](", "链接写成 [文字](…)，中间和地址里没有空格"),
    ("] (", "链接写成 [文字](…)，中间和地址里没有空格"),
    ("][", "[文字][名字] 的名字有定义"),
    ("[^", "脚注 [^1] 有 [^1]: 那一段"),
    (
        "[!",
        "提示框是 [!NOTE]、[!TIP]、[!IMPORTANT]、[!WARNING]、[!CAUTION] 之一",
    ),
];

/// 认得的 HTML 标签。别的是没放进行内代码的 `<IP>` 之类，浏览器不显示它们。
const TAGS: [&str; 50] = [
    "a",
    "abbr",
    "area",
    "audio",
    "b",
    "base",
    "br",
    "code",
    "desc",
    "details",
    "div",
    "em",
    "embed",
    "figcaption",
    "figure",
    "form",
    "g",
    "hr",
    "i",
    "iframe",
    "img",
    "kbd",
    "li",
    "link",
    "map",
    "mark",
    "meta",
    "object",
    "ol",
    "p",
    "path",
    "picture",
    "pre",
    "rect",
    "s",
    "samp",
    "script",
    "section",
    "source",
    "span",
    "strong",
    "style",
    "sub",
    "summary",
    "sup",
    "svg",
    "text",
    "title",
    "ul",
    "video",
];

/// 写给自己的话。
const LEFT: [&str; 6] = ["TODO", "FIXME", "TBD", "待补", "待写", "未完待续"];

/// 合并到一半的记号。
const CONFLICTS: [&str; 3] = ["<<<<<<< ", "||||||| ", ">>>>>>> "];

/// 检查每一页；程序里只看忘了删的话和合并的记号。
#[must_use]
pub fn check(book: &Book) -> Vec<Finding> {
    let mut findings = Vec::new();
    for page in &book.pages {
        let conflicts: Vec<Finding> = conflicts(page);
        // 合并到一半的页，别的毛病都说不准。
        if conflicts.is_empty() {
            findings.extend(signs(page));
            findings.extend(tags(page));
            findings.extend(headings(page));
            findings.extend(page.tables.iter().flat_map(|table| rows(page, table)));
            findings.extend(details(page));
            findings.extend(left_in_page(page));
        }
        findings.extend(conflicts);
    }
    for program in &book.programs {
        let source = &program.source;
        for span in source.comments.iter().chain(&source.strings) {
            for word in left(&span.text) {
                findings.push(Finding::new(&program.file, span.line, NOTHING_LEFT, word));
            }
        }
    }
    findings
}

const NOTHING_LEFT: &str = "没有忘了删的话";

fn left(text: &str) -> impl Iterator<Item = &'static str> {
    LEFT.into_iter().filter(move |word| text.contains(word))
}

fn left_in_page(page: &Page) -> Vec<Finding> {
    let prose = page
        .prose
        .iter()
        .map(|prose| (prose.line, prose.text.as_str()));
    let comments = page
        .html
        .iter()
        .filter(|span| page.is_comment(span.line))
        .map(|span| (span.line, span.text.as_str()));
    prose
        .chain(comments)
        .flat_map(|(line, text)| left(text).map(move |word| (line, word)))
        .map(|(line, word)| Finding::new(&page.file, line, NOTHING_LEFT, word))
        .collect()
}

/// 这一行是不是合并到一半的记号。
#[must_use]
pub fn is_conflict(line: &str) -> bool {
    CONFLICTS.iter().any(|mark| line.starts_with(mark))
}

fn conflicts(page: &Page) -> Vec<Finding> {
    let half = page.text.lines().any(is_conflict);
    (1..)
        .zip(page.text.lines())
        .filter(|(_, line)| is_conflict(line) || (half && *line == "======="))
        .map(|(number, line)| Finding::new(&page.file, number, "合并完了的页", line))
        .collect()
}

/// 露在文字里的记号。
fn signs(page: &Page) -> Vec<Finding> {
    let mut findings = Vec::new();
    for prose in page.prose.iter().filter(|prose| !prose.html) {
        for (sign, expected) in SIGNS {
            if prose.text.contains(sign) {
                let text = prose.restore(&prose.text);
                findings.push(Finding::new(&page.file, prose.line, expected, text));
            }
        }
        if prose.text.starts_with('#') {
            let text = prose.restore(&prose.text);
            let expected = "# 后面空一格才是标题（如 ## 小节）";
            findings.push(Finding::new(&page.file, prose.line, expected, text));
        }
    }
    findings
}

/// 不认得的标签。
fn tags(page: &Page) -> Vec<Finding> {
    let mut findings = Vec::new();
    for span in page.html.iter().filter(|span| !page.is_comment(span.line)) {
        for (at, _) in span.text.match_indices('<') {
            let rest = &span.text[at..];
            let name: String = rest[1..]
                .trim_start_matches('/')
                .chars()
                .take_while(char::is_ascii_alphanumeric)
                .collect();
            let tag = rest.split_inclusive('>').next().unwrap_or(rest);
            if !name.is_empty() && !TAGS.contains(&name.to_ascii_lowercase().as_str()) {
                findings.push(Finding::new(
                    &page.file,
                    span.line,
                    format!("{tag} 写成行内代码，不然读者看不见"),
                    span.text.trim(),
                ));
            }
        }
    }
    findings
}

/// 一页一个题目，和目录里的一样；小标题一级一级来，不重复，末尾没有标点。
fn headings(page: &Page) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut add = |line: usize, expected: String, actual: &str| {
        findings.push(Finding::new(&page.file, line, expected, actual));
    };
    let first = page.headings.first().filter(|first| first.level == 1);
    // 开头那一页的题目是书名。
    let named = page.file != std::path::Path::new("src/index.md");
    match (first, &page.listed_as) {
        (Some(first), Some(title)) if named && first.text != *title => {
            add(
                first.line,
                format!("# {title}（目录里的名字）"),
                &first.text,
            );
        }
        (None, title) => {
            let title = title.as_deref().unwrap_or("题目");
            let line = page.text.lines().next().unwrap_or_default();
            add(1, format!("开头是 # {title}"), line);
        }
        _ => {}
    }
    let mut seen = BTreeSet::new();
    let mut level = 1;
    for (index, heading) in page.headings.iter().enumerate() {
        let Heading { line, text, .. } = heading;
        if heading.level == 1 && index > 0 {
            add(*line, "一页只有一个 # 题目".into(), text);
        }
        if heading.level > level + 1 && first.is_some() {
            add(
                *line,
                format!("这里是 {}", "#".repeat(level + 1)),
                &"#".repeat(heading.level),
            );
        }
        if text.ends_with(['。', '，', '；', '：', '、']) {
            add(*line, "标题末尾没有标点".into(), text);
        }
        if !seen.insert(text) {
            add(
                *line,
                "一页里的标题不重复".into(),
                &format!("{text} 写了两次"),
            );
        }
        level = heading.level;
    }
    let titles = page.headings.len();
    if first.is_some() && titles == 1 && page.prose.len() <= 1 && page.figures.is_empty() {
        add(1, "题目下面有正文".into(), "只有题目");
    }
    findings
}

/// 每行的格子一样多；代码里的 | 要写成 \|，不然格子从那里断开，多出来的不显示。
fn rows(page: &Page, table: &Table) -> Vec<Finding> {
    let mut findings = Vec::new();
    let lines = (1..).zip(page.text.lines());
    for (number, line) in lines.filter(|(number, _)| table.lines.contains(number)) {
        let row = line.trim_start_matches(['>', ' ']).trim_end();
        let row = row.replace("\\|", "");
        let row = row.strip_prefix('|').unwrap_or(&row);
        let row = row.strip_suffix('|').unwrap_or(row);
        let cells = row.split('|').count();
        if cells != table.columns {
            findings.push(Finding::new(
                &page.file,
                number,
                format!("每行 {} 格（代码里的 | 写成 \\|）", table.columns),
                format!("{cells} 格：{line}"),
            ));
        }
    }
    findings
}

/// 折叠的答案：`<details>`、`<summary>…</summary>`、空行、正文、空行、`</details>`。
fn details(page: &Page) -> Vec<Finding> {
    let lines: Vec<&str> = page.text.lines().collect();
    let line = |number: usize| match number.checked_sub(1) {
        Some(index) => lines.get(index).copied().unwrap_or_default(),
        None => "",
    };
    let mut findings = Vec::new();
    let mut add = |line: usize, expected: &str, actual: &str| {
        findings.push(Finding::new(&page.file, line, expected, actual));
    };
    let mut open: Vec<usize> = Vec::new();
    for span in page.html.iter().filter(|span| !page.is_comment(span.line)) {
        let at = span.line;
        if span.text.contains("</details") {
            if line(at) != "</details>" {
                add(at, "</details> 自成一行", line(at));
            } else if !line(at - 1).is_empty() {
                add(at, "</details> 前面有一个空行", line(at - 1));
            }
            if open.pop().is_none() {
                add(at, "<details> 和 </details> 成对", "多出来的 </details>");
            }
        } else if span.text.contains("<details") {
            open.push(at);
            let summary = line(at + 1);
            if line(at) != "<details>" {
                add(at, "<details> 自成一行", line(at));
            } else if !(summary.starts_with("<summary>") && summary.ends_with("</summary>")) {
                add(at + 1, "<summary>…</summary> 自成一行", summary);
            } else if !line(at + 2).is_empty() {
                add(
                    at + 2,
                    "<summary> 后面有一个空行，Markdown 才起作用",
                    line(at + 2),
                );
            }
        }
    }
    for at in open {
        add(at, "</details> 结束这一块", "没有");
    }
    findings
}
