//! 程序抄走一个文件就能用：只靠 std 和 libc，不拆成几个文件；名字在整个工作区里不重复；
//! `Cargo.toml` 里写了 `test = false`，免得 `cargo test` 为每个程序打一屏 “running 0 tests”。

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::book::Book;
use crate::book::listing::Program;
use crate::finding::Finding;

/// 程序里的 `use` 可以从哪里开始。
const ROOTS: [&str; 6] = ["std", "core", "alloc", "libc", "self", "super"];

/// 会把别的文件拉进来的宏。
const INCLUDE_MACROS: [&str; 3] = ["include!(", "include_str!(", "include_bytes!("];

/// 检查每个程序和每章的 `Cargo.toml`。
#[must_use]
pub fn check(book: &Book) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut seen: BTreeMap<&str, &Path> = BTreeMap::new();
    for program in &book.programs {
        findings.extend(check_source(program));
        if let Some(first) = seen.insert(&program.name, &program.file) {
            findings.push(Finding::new(
                &program.file,
                1,
                "程序名在整个工作区里只有一个，cargo run --bin 才分得清",
                format!("{} 也叫 {}", first.display(), program.name),
            ));
        }
    }
    let mut chapters: Vec<&str> = book.programs.iter().map(|p| p.chapter.as_str()).collect();
    chapters.dedup();
    for chapter in chapters {
        let manifest = PathBuf::from("listings").join(chapter).join("Cargo.toml");
        match fs::read_to_string(book.root.join(&manifest)) {
            Ok(text) => findings.extend(check_manifest(book, chapter, &manifest, &text)),
            Err(err) => findings.push(Finding::new(&manifest, 1, "读得到", err.to_string())),
        }
    }
    findings
}

fn check_source(program: &Program) -> Vec<Finding> {
    let mut findings = Vec::new();
    if !program.text.starts_with("//! ") {
        findings.push(Finding::new(
            &program.file,
            1,
            "第一行用 //! 说这个程序演示什么",
            program.text.lines().next().unwrap_or_default(),
        ));
    }
    for (number, line) in (1..).zip(program.text.lines()) {
        let code = line.split("//").next().unwrap_or_default().trim();
        let item = code.strip_prefix("pub ").unwrap_or(code);
        let expected = if item.starts_with("mod ") {
            "不用 mod：抄走一个文件就要能编译"
        } else if INCLUDE_MACROS.iter().any(|call| code.contains(call)) {
            "不用 include：抄走一个文件就要能编译"
        } else if item.starts_with("extern crate ") || uses_other_crate(item) {
            "只用 std 和 libc"
        } else {
            continue;
        };
        findings.push(Finding::new(&program.file, number, expected, line.trim()));
    }
    findings
}

fn uses_other_crate(item: &str) -> bool {
    let Some(path) = item.strip_prefix("use ") else {
        return false;
    };
    let path = path.trim_start_matches("::");
    let root: String = path
        .chars()
        .take_while(|c| c.is_alphanumeric() || *c == '_')
        .collect();
    // 大写开头的是枚举之类（`use Action::*`），不是 crate。
    !ROOTS.contains(&root.as_str()) && !root.starts_with(char::is_uppercase)
}

#[derive(Deserialize)]
struct Manifest {
    #[serde(default)]
    bin: Vec<Bin>,
}

#[derive(Deserialize)]
struct Bin {
    name: String,
    test: Option<bool>,
}

fn check_manifest(book: &Book, chapter: &str, file: &Path, text: &str) -> Vec<Finding> {
    let manifest: Manifest = match toml::from_str(text) {
        Ok(manifest) => manifest,
        Err(err) => return vec![Finding::new(file, 1, "合法的 Cargo.toml", err.to_string())],
    };
    let line_of = |name: &str| {
        let wanted = format!("name = \"{name}\"");
        (1..)
            .zip(text.lines())
            .find(|(_, line)| line.trim() == wanted)
            .map_or(1, |(number, _)| number)
    };
    let mut findings = Vec::new();
    for bin in &manifest.bin {
        if bin.test != Some(false) {
            findings.push(Finding::new(
                file,
                line_of(&bin.name),
                format!("{} 写了 test = false", bin.name),
                "没写",
            ));
        }
    }
    for program in book.programs.iter().filter(|p| p.chapter == chapter) {
        if !manifest.bin.iter().any(|bin| bin.name == program.name) {
            findings.push(Finding::new(
                file,
                1,
                format!("有 [[bin]] name = \"{}\"、test = false", program.name),
                "没有",
            ));
        }
    }
    findings
}
