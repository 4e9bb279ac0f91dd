//! 每章的 `Cargo.toml`：依赖只有 libc，没有库和构建脚本；每个程序都登记了，写了 `test = false`，
//! 免得 `cargo test` 为它们各打一屏 “running 0 tests”。

use std::fs;
use std::path::Path;

use toml::{Table, Value};

use crate::book::Book;
use crate::finding::Finding;

/// 工作区的清单，libc 的版本写在这里。
const ROOT: &str = "Cargo.toml";

/// 章的清单里可以有的表。
const TABLES: [&str; 4] = ["package", "dependencies", "lints", "bin"];

/// 章的 `[package]` 里可以有的键。构建脚本、自动找目标的开关都不在其中。
const PACKAGE: [&str; 8] = [
    "name",
    "version",
    "edition",
    "rust-version",
    "license",
    "publish",
    "description",
    "authors",
];

/// libc 以外的依赖：哪一章、哪个 crate、为什么。现在一个也没有。
const CRATES: [(&str, &str, &str); 0] = [];

/// 检查每一份清单。
#[must_use]
pub fn check(book: &Book) -> Vec<Finding> {
    let mut findings = check_root(book);
    for file in &book.manifests {
        match Manifest::read(book, file) {
            Ok(manifest) => findings.extend(check_chapter(book, &manifest)),
            Err(finding) => findings.push(finding),
        }
    }
    for program in &book.programs {
        let manifest = Path::new("listings")
            .join(&program.chapter)
            .join("Cargo.toml");
        if !book.manifests.contains(&manifest) {
            findings.push(Finding::new(
                &program.file,
                1,
                format!("有 {}", manifest.display()),
                "没有",
            ));
        }
    }
    findings
}

/// 一份读懂了的清单。
struct Manifest<'a> {
    file: &'a Path,
    text: String,
    table: Table,
}

impl<'a> Manifest<'a> {
    fn read(book: &Book, file: &'a Path) -> Result<Self, Finding> {
        let text = fs::read_to_string(book.root.join(file))
            .map_err(|err| Finding::new(file, 1, "读得到", err.to_string()))?;
        let table: Table = toml::from_str(&text).map_err(|err: toml::de::Error| {
            let start = err.span().map_or(0, |span| span.start);
            let line = text[..start].matches('\n').count() + 1;
            Finding::new(file, line, "合法的 Cargo.toml", err.message())
        })?;
        Ok(Self { file, text, table })
    }

    /// 第一个以 `key` 开头的键或表在哪一行。
    fn line_of(&self, key: &str) -> usize {
        (1..)
            .zip(self.text.lines())
            .find(|(_, line)| {
                let rest = line.trim().trim_start_matches('[').strip_prefix(key);
                rest.is_some_and(|rest| rest.starts_with(['.', ' ', '=', ']']))
            })
            .map_or(1, |(number, _)| number)
    }

    /// 名字是 `name` 的 `[[bin]]` 里，以 `key` 开头的那一行；没有就是 name 那一行。
    fn line_in_bin(&self, name: &str, key: &str) -> usize {
        let lines: Vec<&str> = self.text.lines().map(str::trim).collect();
        let named = format!("name = \"{name}\"");
        let Some(at) = lines.iter().position(|line| *line == named) else {
            return 1;
        };
        let start = lines[..at].iter().rposition(|line| *line == "[[bin]]");
        let start = start.unwrap_or(at);
        (start + 1..lines.len())
            .take_while(|&line| !lines[line].starts_with('['))
            .find(|&line| lines[line].starts_with(key))
            .unwrap_or(at)
            + 1
    }

    fn finding(&self, line: usize, expected: impl Into<String>, actual: &str) -> Finding {
        Finding::new(self.file, line, expected, actual)
    }
}

/// 工作区：libc 是读者 `cargo add libc` 会得到的那个。
fn check_root(book: &Book) -> Vec<Finding> {
    let root = match Manifest::read(book, Path::new(ROOT)) {
        Ok(root) => root,
        Err(finding) => return vec![finding],
    };
    let mut findings = Vec::new();
    let libc = root
        .table
        .get("workspace")
        .and_then(|table| table.get("dependencies"))
        .and_then(|table| table.get("libc"));
    if !libc.is_some_and(Value::is_str) {
        findings.push(root.finding(
            root.line_of("libc"),
            "libc = \"版本\"：读者 cargo add libc 得到的没有别的 feature",
            &libc.map_or("没有".to_owned(), ToString::to_string),
        ));
    }
    for replaced in ["patch", "replace"] {
        if root.table.contains_key(replaced) {
            findings.push(root.finding(
                root.line_of(replaced),
                "不换掉依赖：读者没有换过的那份",
                &format!("[{replaced}]"),
            ));
        }
    }
    findings
}

fn check_chapter(book: &Book, manifest: &Manifest<'_>) -> Vec<Finding> {
    let chapter = manifest.file.iter().nth(1).unwrap_or_default();
    let chapter = chapter.to_string_lossy();
    let mut findings = Vec::new();
    for key in manifest.table.keys() {
        if !TABLES.contains(&key.as_str()) {
            let expected = format!("只有 {} 这几个表", TABLES.join("、"));
            findings.push(manifest.finding(manifest.line_of(key), expected, &format!("[{key}]")));
        }
    }
    let inherited: Value =
        Table::from_iter([("workspace".to_owned(), Value::Boolean(true))]).into();
    if manifest.table.get("lints") != Some(&inherited) {
        findings.push(manifest.finding(
            manifest.line_of("lints"),
            "[lints] workspace = true：unsafe 要写 SAFETY，不用 unwrap",
            "没有",
        ));
    }
    let empty = Table::new();
    let part = |name: &str| manifest.table.get(name).and_then(Value::as_table);
    for key in part("package").unwrap_or(&empty).keys() {
        if !PACKAGE.contains(&key.as_str()) {
            let expected = format!("[package] 里只有 {}", PACKAGE.join("、"));
            findings.push(manifest.finding(manifest.line_of(key), expected, key));
        }
    }
    for (name, value) in part("dependencies").unwrap_or(&empty) {
        let allowed = CRATES
            .iter()
            .any(|(ch, known, _)| *ch == chapter && known == name);
        if !(allowed || name == "libc" && *value == inherited) {
            findings.push(manifest.finding(
                manifest.line_of(name),
                "只依赖 libc，写作 libc.workspace = true（别的写进 CRATES，附上原因）",
                &format!("{name} = {value}"),
            ));
        }
    }
    findings.extend(check_bins(book, &chapter, manifest));
    findings
}

fn check_bins(book: &Book, chapter: &str, manifest: &Manifest<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let bins = manifest.table.get("bin").and_then(Value::as_array);
    let bins: Vec<&Table> = bins
        .into_iter()
        .flatten()
        .filter_map(Value::as_table)
        .collect();
    let name_of = |bin: &Table| {
        bin.get("name")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    let programs: Vec<&str> = (book.programs.iter())
        .filter(|program| program.chapter == chapter)
        .map(|program| program.name.as_str())
        .collect();
    for bin in &bins {
        let name = name_of(bin);
        if bin.get("test") != Some(&Value::Boolean(false)) {
            findings.push(manifest.finding(
                manifest.line_in_bin(&name, "test"),
                format!("{name} 写了 test = false"),
                "没写",
            ));
        }
        for key in bin
            .keys()
            .filter(|key| !["name", "test"].contains(&key.as_str()))
        {
            findings.push(manifest.finding(
                manifest.line_in_bin(&name, key),
                format!("[[bin]] 里只有 name 和 test，{name} 才是页面上的那个文件"),
                key,
            ));
        }
        if !programs.contains(&name.as_str()) {
            findings.push(manifest.finding(
                manifest.line_in_bin(&name, "name"),
                format!("有 listings/{chapter}/src/bin/{name}.rs"),
                "没有",
            ));
        }
    }
    for program in programs {
        if !bins.iter().any(|bin| name_of(bin) == program) {
            findings.push(manifest.finding(
                1,
                format!("有 [[bin]] name = \"{program}\"、test = false"),
                "没有",
            ));
        }
    }
    findings
}
