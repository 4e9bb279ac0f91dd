//! 程序抄走一个文件就能用：只靠 std 和 libc，不拆成几个文件；名字在整个工作区里不重复。
//!
//! 分三处看：源文件里写了什么（说得出是哪一行）、清单里登记了什么（[`manifest`]）、
//! cargo 真的从哪些文件构建出来（[`check_build`]，什么写法都绕不过去）。

pub mod manifest;

use std::collections::BTreeMap;
use std::path::Path;

use crate::book::Book;
use crate::book::listing::Program;
use crate::finding::Finding;
use crate::programs::Target;

/// 程序里的 `use` 可以从哪里开始。
const ROOTS: [&str; 7] = ["std", "core", "alloc", "libc", "self", "super", "crate"];

/// 程序里没有的宏，和为什么。
const MACROS: [(&str, &str); 8] = [
    ("include", "不用 include：抄走一个文件就要能编译"),
    ("include_str", "不用 include：抄走一个文件就要能编译"),
    ("include_bytes", "不用 include：抄走一个文件就要能编译"),
    ("env", "不用 env!：抄走以后，编译时的环境就不同了"),
    ("option_env", "不用 env!：抄走以后，编译时的环境就不同了"),
    ("todo", "写完的程序"),
    ("unimplemented", "写完的程序"),
    ("dbg", "写完的程序"),
];

/// 在全部接口上监听的地址：同一个网络里的人都连得上读者的机器。
const ALL_INTERFACES: [&str; 3] = ["INADDR_ANY", "UNSPECIFIED", "0.0.0.0"];

/// 可以用上面那些地址的程序，和原因。
const OPEN: [(&str, &str); 1] = [("udp_sender", "发送方不等别人来：端口由内核选，只用来发")];

/// 页面上不用左右滚动的宽度，汉字占两列。
const WIDTH: usize = 100;

/// 检查每个程序的源文件和每章的 `Cargo.toml`。
#[must_use]
pub fn check(book: &Book) -> Vec<Finding> {
    let mut findings = manifest::check(book);
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
    findings
}

/// 检查 cargo 构建出来的东西：每个程序都构建得到，名字对，只用到它自己一个文件；别的什么都没有构建。
#[must_use]
pub fn check_build(book: &Book, targets: &[Target]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for program in &book.programs {
        let built = |target: &&Target| target.file == program.file && target.name == program.name;
        let Some(target) = targets.iter().find(built) else {
            findings.push(Finding::new(
                &program.file,
                1,
                format!("cargo build --bins 由它构建出 {}", program.name),
                "没有（这一章在工作区里吗？有没有写 path 或 required-features？）",
            ));
            continue;
        };
        for other in target.sources.iter().filter(|file| **file != program.file) {
            findings.push(Finding::new(
                &program.file,
                mention(program, other),
                "只由这一个文件构建",
                format!("还用到了 {}", other.display()),
            ));
        }
    }
    for target in targets {
        if !book.programs.iter().any(|p| p.file == target.file) {
            findings.push(Finding::new(
                &target.file,
                1,
                "listings 里只构建 src/bin 里的程序",
                format!("还构建了 {} {}", target.kind, target.name),
            ));
        }
    }
    findings
}

/// 源文件里提到另一个文件的那一行；没有提到就是第 1 行。
fn mention(program: &Program, other: &Path) -> usize {
    let stem = other.file_stem().unwrap_or_default().to_string_lossy();
    (1..)
        .zip(program.text.lines())
        .find(|(_, line)| line.contains(&*stem))
        .map_or(1, |(number, _)| number)
}

fn check_source(program: &Program) -> Vec<Finding> {
    let lines: Vec<&str> = program.text.lines().collect();
    let mut findings = Vec::new();
    let mut add = |number: usize, expected: &str| {
        let line = lines.get(number - 1).copied().unwrap_or_default();
        findings.push(Finding::new(&program.file, number, expected, line.trim()));
    };
    let first = lines.first().copied().unwrap_or_default();
    if !first.starts_with("//! ") || !first.chars().any(is_wide) {
        add(1, "第一行用 //! 加一句中文，说这个程序演示什么");
    }
    for (number, word, after) in program.source.words() {
        if let Some((_, why)) = MACROS.iter().find(|(name, _)| *name == word)
            && after.starts_with('!')
        {
            add(number, why);
        } else if word == "mod" {
            add(number, "不用 mod：抄走一个文件就要能编译");
        } else if (word == "extern" && after.starts_with("crate"))
            || (word == "use" && uses_other_crate(after))
        {
            add(number, "只用 std 和 libc");
        }
    }
    for (number, line) in (1..).zip(program.source.code.lines()) {
        let squeezed: String = line.split_whitespace().collect();
        if squeezed.contains("#[path=") {
            add(number, "不用 #[path]：抄走一个文件就要能编译");
        }
    }
    if !OPEN.iter().any(|(name, _)| *name == program.name) {
        let words = program.source.words().map(|(line, word, _)| (line, word));
        let strings = program.source.strings.iter();
        let strings = strings.filter(|span| span.text.contains("0.0.0.0"));
        for (number, word) in words.chain(strings.map(|span| (span.line, "0.0.0.0"))) {
            if ALL_INTERFACES.contains(&word) {
                add(number, "只在 127.0.0.1 上监听（别的写进 OPEN，附上原因）");
            }
        }
    }
    for (number, line) in (1..).zip(&lines) {
        let width: usize = line.chars().map(|c| if is_wide(c) { 2 } else { 1 }).sum();
        if width > WIDTH {
            findings.push(Finding::new(
                &program.file,
                number,
                format!("一行不超过 {WIDTH} 列，页面上不用左右滚动"),
                format!("{width} 列：{}", line.trim()),
            ));
        }
    }
    findings
}

/// 汉字和全角标点：在等宽字体里占两列。
fn is_wide(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ff60}')
}

/// `use` 后面的路径是不是从别的 crate 开始的。
fn uses_other_crate(path: &str) -> bool {
    let root: String = path
        .trim_start_matches([':', ' '])
        .chars()
        .take_while(|c| c.is_alphanumeric() || *c == '_')
        .collect();
    // 大写开头的是枚举之类（`use Action::*`），不是 crate；`use {…}` 由清单和编译器管。
    !ROOTS.contains(&root.as_str()) && !root.is_empty() && !root.starts_with(char::is_uppercase)
}
