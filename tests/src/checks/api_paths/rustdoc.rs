//! 让 rustdoc 解析一串链接，说出哪些解析不了。

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

/// rustdoc 解析短路径时能看见的名字；正文里写 `io::Error`、`TcpStream::connect` 就够了。
const PRELUDE: &str = "\
#![allow(unused_imports)]
use std::{collections, env, ffi, fmt, fs, io, mem, net, os, panic, process, ptr, str, string, sync, thread, time};
use std::os::fd;
use std::cell::*;
use std::collections::*;
use std::ffi::*;
use std::fs::*;
use std::io::{BufRead, BufReader, BufWriter, Cursor, ErrorKind, IoSlice, LineWriter, Read, Seek, Stderr, Stdin, Stdout, Write};
use std::net::*;
use std::os::fd::*;
use std::os::unix::net::{UnixDatagram, UnixListener, UnixStream};
use std::process::{Child, Command, ExitCode, Stdio};
use std::rc::Rc;
use std::sync::{Arc, Condvar, Mutex, OnceLock, RwLock};
use std::time::{Duration, Instant};
";

/// 每个链接各自的毛病；解析得了的是 `None`。
///
/// # Errors
/// rustdoc 启动不了、或它抱怨的不是链接而是生成的文件本身时，返回一句说明。
pub fn problems(
    links: &[String],
    libc: &Path,
    scratch: &Path,
) -> Result<Vec<Option<String>>, String> {
    let mut source: String = links.iter().map(|link| format!("//! [{link}]\n")).collect();
    source.push_str(PRELUDE);
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let folder = scratch.join(format!("api-paths-{}-{number}", std::process::id()));
    let messages = run(&source, &folder, libc);
    // 用完的生成物留着没用；删不掉也不影响结果。
    drop(fs::remove_dir_all(&folder));
    let (messages, success) = messages?;
    let mut problems = vec![None; links.len()];
    for message in messages.lines() {
        let Some((line, text)) = error_line(message) else {
            continue;
        };
        match problems.get_mut(line.wrapping_sub(1)) {
            // 同名的东西不止一个（结构体和函数）：那就是有。
            Some(_) if text.contains(" is both ") => {}
            Some(problem) => *problem = Some(text.to_owned()),
            None => return Err(format!("生成的文件本身有错：{message}")),
        }
    }
    let explained = messages
        .lines()
        .any(|message| error_line(message).is_some());
    if !success && !explained {
        return Err(format!("rustdoc 失败了：{messages}"));
    }
    Ok(problems)
}

/// 跑一次 rustdoc：它在标准错误里说的话，和成没成功。
fn run(source: &str, folder: &Path, libc: &Path) -> Result<(String, bool), String> {
    let file = folder.join("paths.rs");
    let fail = |err: std::io::Error| format!("{}：{err}", file.display());
    fs::create_dir_all(folder).map_err(fail)?;
    fs::write(&file, source).map_err(fail)?;
    let output = Command::new("rustdoc")
        .args(["--edition", "2024", "--crate-name", "paths"])
        .args(["-D", "rustdoc::broken_intra_doc_links"])
        .args(["--error-format", "short", "--cap-lints", "forbid"])
        .arg("--extern")
        .arg(format!("libc={}", libc.display()))
        .arg("--out-dir")
        .arg(folder)
        .arg(&file)
        .stdin(Stdio::null())
        .output()
        .map_err(|err| format!("启动不了 rustdoc：{err}"))?;
    let messages = String::from_utf8_lossy(&output.stderr).into_owned();
    Ok((messages, output.status.success()))
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
