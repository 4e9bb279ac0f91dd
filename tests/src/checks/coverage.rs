//! 没有落下的：每个程序、标记、会话都有页面展示；每个程序都有会话；每页都在目录里。

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::book::page::{Link, Page};
use crate::book::{Book, DRAWINGS, normalize, shell};
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
    let run: BTreeSet<String> = (book.sessions.iter())
        .flat_map(|session| session.commands().collect::<Vec<_>>())
        .flat_map(programs_run)
        .collect();
    for program in &book.programs {
        if !run.contains(&program.name) {
            findings.push(Finding::new(
                &program.file,
                1,
                format!("有一个会话敲 cargo run -q --bin {}", program.name),
                "没有",
            ));
        }
    }
    findings.extend(sessions(book, &shows_file));
    findings.extend(files(book));
    findings
}

/// 一行命令运行了哪些程序。
fn programs_run(line: &str) -> Vec<String> {
    let mut names = Vec::new();
    for simple in shell::split(line) {
        for words in simple.runs() {
            if let [cargo, run, quiet, bin, name, ..] = words
                && [cargo, run, quiet, bin] == ["cargo", "run", "-q", "--bin"]
            {
                names.push(name.clone());
            }
        }
    }
    names
}

/// 会话、录音和图。
fn sessions(book: &Book, shows_file: &impl Fn(&PathBuf) -> bool) -> Vec<Finding> {
    let mut findings = Vec::new();
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
    findings
}

/// 页和别的文件。
fn files(book: &Book) -> Vec<Finding> {
    let mut findings = Vec::new();
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
    for (line, file) in &book.repeated {
        findings.push(Finding::new(
            "src/SUMMARY.md",
            *line,
            "每一页只列一次",
            format!("又一次 {}", file.display()),
        ));
    }
    for file in &book.stray {
        findings.push(Finding::new(
            file,
            1,
            "listings 里只有清单、src/bin 里的程序、sessions 里的会话和录音、图",
            "不知道是什么",
        ));
    }
    for file in &book.assets {
        if !book.pages.iter().any(|page| uses(page, file)) {
            findings.push(Finding::new(file, 1, "有一页用到它", "没有"));
        }
    }
    findings
}

/// 页里有没有链到、或在 HTML 里写到这个文件。
fn uses(page: &Page, asset: &Path) -> bool {
    let folder = page.file.parent().unwrap_or(Path::new(""));
    let name = asset.file_name().unwrap_or_default().to_string_lossy();
    let linked = |link: &Link| normalize(&folder.join(&link.target)) == asset;
    page.links.iter().any(linked) || page.html.iter().any(|span| span.text.contains(&*name))
}
