//! 中文的写法：中英文之间的空格、全角标点（autocorrect），和术语表里不用的词。

use std::path::Path;

use crate::book::Book;
use crate::finding::Finding;

/// 不用的词 → 用哪个。放在“”里提到它们（解释为什么不用）不算。
const TERMS: [(&str, &str); 23] = [
    ("插口", "套接字"),
    ("服务器端", "服务器"),
    ("服务端", "服务器"),
    ("系统函数", "系统调用"),
    ("协议家族", "地址族"),
    ("数据边界", "消息边界"),
    ("对方主机", "对端"),
    ("门卫套接字", "监听套接字"),
    ("连接请求等待室", "积压队列"),
    ("堵塞", "阻塞"),
    ("回环地址", "环回地址"),
    ("随机端口", "临时端口"),
    ("分包", "成帧"),
    ("粘包", "成帧"),
    ("输出缓冲区", "发送缓冲区"),
    ("输入缓冲区", "接收缓冲区"),
    ("众所周知", "（删掉）"),
    ("值得注意的是", "（删掉）"),
    ("总而言之", "（删掉）"),
    ("显而易见", "（删掉）"),
    ("不难看出", "（删掉）"),
    ("一般来说", "（删掉）"),
    ("综上所述", "（删掉）"),
];

/// 检查每一页，外加 README 和 CONTRIBUTING。
#[must_use]
pub fn check(book: &Book) -> Vec<Finding> {
    let mut findings = Vec::new();
    for page in &book.pages {
        findings.extend(check_text(&page.file, &page.text));
    }
    for file in ["README.md", "CONTRIBUTING.md", "src/SUMMARY.md"] {
        if let Ok(text) = std::fs::read_to_string(book.root.join(file)) {
            findings.extend(check_text(Path::new(file), &text));
        }
    }
    findings
}

/// 检查一份 Markdown。
#[must_use]
pub fn check_text(file: &Path, text: &str) -> Vec<Finding> {
    // 图框的说明里，编号后面按约定是一个全角空格；autocorrect 会把它当成错。
    let plain = text.replace('　', " ");
    let mut findings: Vec<Finding> = autocorrect::lint_for(&plain, "markdown")
        .lines
        .into_iter()
        .map(|line| Finding::new(file, line.line, line.new.trim(), line.old.trim()))
        .collect();
    for (number, line) in (1..).zip(text.lines()) {
        for (word, better) in TERMS {
            if line.match_indices(word).any(|(at, _)| !quoted(&line[..at])) {
                findings.push(Finding::new(file, number, better, word));
            }
        }
    }
    findings
}

/// 前文里有没有还没闭合的 “。
fn quoted(before: &str) -> bool {
    before.rfind('“') > before.rfind('”')
}
