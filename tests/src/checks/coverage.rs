//! 没有落下的：每个程序、标记、会话都有页面展示；每个程序都有会话；每页都在目录里。

use std::collections::BTreeSet;
use std::path::PathBuf;

use crate::book::{Book, DRAWINGS};
use crate::finding::Finding;

/// 检查整本书。
#[must_use]
pub fn check(book: &Book) -> Vec<Finding> {
    let mut findings = Vec::new();
    let shown: BTreeSet<(PathBuf, Option<String>)> = book
        .pages
        .iter()
        .flat_map(|page| {
            page.includes()
                .map(|(_, include)| include)
                .chain(page.drawn().cloned())
                .map(|include| (include.file, include.anchor))
        })
        .collect();
    let shows_file = |file: &PathBuf| shown.iter().any(|(shown, _)| shown == file);

    for program in &book.programs {
        if !shows_file(&program.file) {
            findings.push(Finding::new(&program.file, 1, "有一页展示这个程序", "没有"));
            continue;
        }
        for anchor in &program.anchors {
            if !shown.contains(&(program.file.clone(), Some(anchor.name.clone()))) {
                findings.push(Finding::new(
                    &program.file,
                    anchor.line,
                    format!("有一页展示标记 {}", anchor.name),
                    "没有",
                ));
            }
        }
    }
    for program in &book.programs {
        let run = format!("cargo run -q --bin {}", program.name);
        let runs = |command: &str| {
            command.match_indices(&run).any(|(at, _)| {
                let after = command[at + run.len()..].chars().next();
                !after.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '-')
            })
        };
        if !book
            .sessions
            .iter()
            .any(|session| session.commands().any(runs))
        {
            findings.push(Finding::new(
                &program.file,
                1,
                format!("有一个会话敲 {run}"),
                "没有",
            ));
        }
    }

    let mut recorded = BTreeSet::new();
    for session in &book.sessions {
        for terminal in &session.terminals {
            let file = session.transcript_file(terminal);
            if !shows_file(&file) {
                findings.push(Finding::new(
                    &session.file,
                    1,
                    format!("有一页展示 {terminal} 终端的录音"),
                    format!("没有一页引用 {}", file.display()),
                ));
            }
            recorded.insert(file);
        }
        if session.draw {
            let file = session.drawing_file();
            if !shows_file(&file) {
                findings.push(Finding::new(
                    &session.file,
                    1,
                    "有一页展示它的图",
                    format!("没有一页引用 {}", file.display()),
                ));
            }
            recorded.insert(file);
        }
    }
    for file in &book.drawings {
        if file.starts_with(DRAWINGS) {
            if !shows_file(file) {
                findings.push(Finding::new(file, 1, "有一页展示这幅图", "没有"));
            }
        } else if !recorded.contains(file) {
            findings.push(Finding::new(
                file,
                1,
                "图属于某个写了 draw = true 的会话",
                "没有这样的会话",
            ));
        }
    }
    for file in &book.transcripts {
        if !recorded.contains(file) {
            findings.push(Finding::new(
                file,
                1,
                "录音属于某个会话的某个终端",
                "没有这样的会话或终端",
            ));
        }
    }
    for file in &book.unlisted {
        findings.push(Finding::new(file, 1, "src/SUMMARY.md 里有这一页", "没有"));
    }
    for (line, file) in &book.missing {
        findings.push(Finding::new(
            "src/SUMMARY.md",
            *line,
            format!("有 {} 这一页", file.display()),
            "没有",
        ));
    }
    findings
}
