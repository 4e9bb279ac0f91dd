//! 行内写到的 API 路径和名字真的存在：让 rustdoc 去解析，`libc::…`、`std::…`、`TcpListener::bind`、`SOCK_STREAM` 都算。
//!
//! 程序里用到的不用再问：编译器已经核对过。

pub mod names;
pub mod paths;
mod rustdoc;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::book::Book;
use crate::finding::Finding;

/// 为什么在这台机器的 std 和 libc 里没有。
const WINDOWS: &str = "只在 Windows 上有，第 1 章拿来对比";
const CAPABILITY: &str = "capability 的名字，内核的头文件里有，libc 没有收";

/// 解析不了、但可以写的，和原因。
const EXCEPTIONS: [(&str, &str); 13] = [
    ("AsRawSocket", WINDOWS),
    ("CAP_NET_RAW", CAPABILITY),
    ("HANDLE", WINDOWS),
    ("INVALID_SOCKET", WINDOWS),
    ("OwnedHandle", WINDOWS),
    ("OwnedSocket", WINDOWS),
    ("ReadFile", WINDOWS),
    ("SOCKET", WINDOWS),
    ("SOCKET_ERROR", WINDOWS),
    ("WSAGetLastError", WINDOWS),
    ("WSAStartup", WINDOWS),
    ("WriteFile", WINDOWS),
    ("std::os::windows::io", WINDOWS),
];

/// 写到的东西 → 可能是哪些路径，写在哪里。
type Places = BTreeMap<String, (Vec<String>, Vec<(PathBuf, usize)>)>;

/// 检查每一页。`libc` 是编译好的 rlib，`scratch` 用来放生成的文件。
///
/// # Errors
/// rustdoc 启动不了、或它抱怨的不是链接而是生成的文件本身时，返回一句说明。
pub fn check(book: &Book, libc: &Path, scratch: &Path) -> Result<Vec<Finding>, String> {
    Ok(check_all(&[book], libc, scratch)?.concat())
}

/// 检查几本书，每本的不符各在一处。最贵的是启动 rustdoc，所以几本一起问，只启动一次。
///
/// # Errors
/// 同 [`check`]。
pub fn check_all(
    books: &[&Book],
    libc: &Path,
    scratch: &Path,
) -> Result<Vec<Vec<Finding>>, String> {
    let books: Vec<Places> = books.iter().map(|book| places(book)).collect();
    let links: Vec<String> = books
        .iter()
        .flat_map(|places| places.values())
        .flat_map(|(links, _)| links.clone())
        .collect();
    let mut problems = rustdoc::problems(&links, libc, scratch)?.into_iter();
    let findings = books.into_iter().map(|places| {
        let mut findings = Vec::new();
        for (written, (links, places)) in places {
            let tried: Vec<Option<String>> = problems.by_ref().take(links.len()).collect();
            findings.extend(unresolved(&written, tried, places));
        }
        findings
    });
    Ok(findings.collect())
}

/// 一个路径写在几处，就有几处不符；可能的写法里有一种解析得了，就一处也没有。
fn unresolved(
    written: &str,
    mut tried: Vec<Option<String>>,
    places: Vec<(PathBuf, usize)>,
) -> Vec<Finding> {
    if tried.contains(&None) {
        return Vec::new();
    }
    let problem = tried.swap_remove(0).unwrap_or_default();
    let expected = format!("`{written}` 真的存在");
    let finding = |(file, line)| Finding::new(file, line, expected.clone(), problem.clone());
    places.into_iter().map(finding).collect()
}

/// 要核对的路径和名字，去掉例外和程序里用到的。
fn places(book: &Book) -> Places {
    let vocabulary = names::vocabulary(book);
    let used: Vec<String> = book
        .programs
        .iter()
        .flat_map(|program| paths::of(&program.source.code))
        .collect();
    let mut places = Places::new();
    let mut add = |written: String, links: Vec<String>, file: &Path, line: usize| {
        if !EXCEPTIONS.iter().any(|(known, _)| *known == written) {
            let (_, places) = places.entry(written).or_insert((links, Vec::new()));
            places.push((file.to_owned(), line));
        }
    };
    for page in &book.pages {
        for span in &page.code_spans {
            for path in paths::of(&span.text) {
                if !used.contains(&path) {
                    add(path.clone(), vec![path], &page.file, span.line);
                }
            }
            for name in names::in_code(&span.text) {
                if !vocabulary.contains(&name) {
                    let links = names::candidates(&name);
                    add(name, links, &page.file, span.line);
                }
            }
        }
        for prose in &page.prose {
            for name in names::in_text(&prose.text) {
                if !vocabulary.contains(&name) {
                    let links = names::candidates(&name);
                    add(name, links, &page.file, prose.line);
                }
            }
        }
    }
    places
}
