//! 行内写到的 API 路径真的存在：让 rustdoc 去解析，`libc::…`、`std::…`、`TcpListener::bind` 都算。

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::book::Book;
use crate::finding::Finding;

/// rustdoc 解析短路径时能看见的名字；正文里写 `io::Error`、`TcpStream::connect` 就够了。
const PRELUDE: &str = "\
#![allow(unused_imports)]
use std::{env, ffi, fmt, fs, io, mem, net, os, panic, process, ptr, str, string, sync, thread, time};
use std::os::fd;
use std::ffi::*;
use std::fs::*;
use std::io::{BufRead, BufReader, BufWriter, Cursor, ErrorKind, IoSlice, LineWriter, Read, Seek, Stdin, Stdout, Write};
use std::net::*;
use std::os::fd::*;
use std::os::unix::net::{UnixDatagram, UnixListener, UnixStream};
use std::process::{Child, Command, ExitCode, Stdio};
use std::time::{Duration, Instant};
";

/// 同名的东西不止一个时，说清是哪一个。
const AMBIGUOUS: [(&str, &str); 1] = [("libc::stat", "struct@libc::stat")];

/// 不是路径、只是长得像的写法，和原因。
const EXCEPTIONS: [(&str, &str); 1] = [("std::os::windows::io", "只在 Windows 的 std 里有")];

/// 一处写到的路径。
type Places = BTreeMap<String, Vec<(std::path::PathBuf, usize)>>;

/// 检查每一页的行内代码。`libc` 是编译好的 rlib，`scratch` 用来放生成的文件。
///
/// # Errors
/// rustdoc 启动不了、或它抱怨的不是链接而是生成的文件本身时，返回一句说明。
pub fn check(book: &Book, libc: &Path, scratch: &Path) -> Result<Vec<Finding>, String> {
    let mut places = Places::new();
    for page in &book.pages {
        for span in &page.code_spans {
            if let Some(path) = api_path(&span.text)
                && !EXCEPTIONS.iter().any(|(known, _)| *known == path)
            {
                let place = (page.file.clone(), span.line);
                places.entry(path.to_owned()).or_default().push(place);
            }
        }
    }
    let broken = resolve(places.keys().map(String::as_str), libc, scratch)?;
    let mut findings = Vec::new();
    for (path, message) in broken {
        for (file, line) in places.get(&path).into_iter().flatten() {
            findings.push(Finding::new(
                file,
                *line,
                format!("`{path}` 是一个真的路径"),
                message.clone(),
            ));
        }
    }
    Ok(findings)
}

/// 一段行内代码是不是 API 路径；去掉参数、泛型和 `()`。
#[must_use]
pub fn api_path(code: &str) -> Option<&str> {
    let end = code
        .find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == ':' || c == '!'))
        .unwrap_or(code.len());
    let path = code[..end].trim_end_matches(':');
    let rest = &code[end..];
    // 后面只许是参数或泛型；`a::b c` 这样的不是路径。
    if !path.contains("::") || !(rest.is_empty() || rest.starts_with(['(', '<'])) {
        return None;
    }
    Some(path)
}

/// rustdoc 解析不了的路径，和它的说法。
fn resolve<'a>(
    paths: impl Iterator<Item = &'a str>,
    libc: &Path,
    scratch: &Path,
) -> Result<Vec<(String, String)>, String> {
    let paths: Vec<&str> = paths.collect();
    let mut source = String::new();
    for path in &paths {
        let link = AMBIGUOUS
            .iter()
            .find(|(name, _)| name == path)
            .map_or(*path, |(_, link)| *link);
        source.push_str(&format!("//! [{link}]\n"));
    }
    source.push_str(PRELUDE);
    let folder = scratch.join(format!("api-paths-{}", std::process::id()));
    let file = folder.join("paths.rs");
    let fail = |err: std::io::Error| format!("{}：{err}", file.display());
    fs::create_dir_all(&folder).map_err(fail)?;
    fs::write(&file, source).map_err(fail)?;
    let output = Command::new("rustdoc")
        .args(["--edition", "2024", "--crate-name", "paths"])
        .args(["-D", "rustdoc::broken_intra_doc_links"])
        .args(["--error-format", "short", "--cap-lints", "forbid"])
        .arg("--extern")
        .arg(format!("libc={}", libc.display()))
        .arg("--out-dir")
        .arg(&folder)
        .arg(&file)
        .stdin(Stdio::null())
        .output()
        .map_err(|err| format!("启动不了 rustdoc：{err}"))?;
    let messages = String::from_utf8_lossy(&output.stderr).into_owned();
    // 用完的生成物留着没用；删不掉也不影响结果。
    drop(fs::remove_dir_all(&folder));
    let mut broken = Vec::new();
    for message in messages.lines() {
        let Some((line, text)) = error_line(message) else {
            continue;
        };
        match line.checked_sub(1).and_then(|index| paths.get(index)) {
            Some(path) => broken.push(((*path).to_owned(), text.to_owned())),
            None => return Err(format!("生成的文件本身有错：{message}")),
        }
    }
    if broken.is_empty() && !output.status.success() {
        return Err(format!("rustdoc 失败了：{messages}"));
    }
    Ok(broken)
}

/// `…/paths.rs:3:6: error: unresolved link to …` → 行号和后面的话。
fn error_line(message: &str) -> Option<(usize, &str)> {
    let (place, text) = message.split_once(": error")?;
    let mut parts = place.rsplit(':');
    let _column: usize = parts.next()?.parse().ok()?;
    let line = parts.next()?.parse().ok()?;
    let text = text.split_once(": ").map_or(text, |(_, text)| text);
    Some((line, text))
}
