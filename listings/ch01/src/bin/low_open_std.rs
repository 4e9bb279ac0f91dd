//! low_open 的 std 版：OpenOptions 打开，write_all 写，离开作用域时关。

use std::env;
use std::ffi::OsString;
use std::fmt::Display;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::os::fd::AsRawFd;
use std::process::ExitCode;

// ANCHOR: save
fn save() -> io::Result<()> {
    // 同样是 open(2)：O_WRONLY|O_CREAT|O_TRUNC，O_CLOEXEC 由 std 加上。
    // 权限默认给 0o666；umask 是 022 的话，去掉它正好也是 644；要别的用 OpenOptionsExt::mode。
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .open("data.txt")
        .map_err(during("open data.txt"))?;
    println!("file descriptor: {}", file.as_raw_fd());

    // 部分写、被信号打断，write_all 都替我们再写。
    file.write_all(b"Let's go!\n")
        .map_err(during("write data.txt"))?;

    // Drop 关文件时不报告错误。写下去的东西要紧，就先等内核把它存好。
    file.sync_all().map_err(during("fsync data.txt"))
}
// ANCHOR_END: save

fn main() -> ExitCode {
    if let Err(why) = parse_args(env::args_os().skip(1).collect()) {
        eprintln!("{why}。用法：low_open_std");
        return ExitCode::from(2);
    }
    match save() {
        Ok(()) => ExitCode::SUCCESS,
        Err(err) => {
            eprintln!("出错：{err}");
            ExitCode::FAILURE
        }
    }
}

/// std 的错误只说原因；补上是哪一步出的错。
fn during(call: impl Display) -> impl FnOnce(io::Error) -> io::Error {
    move |err| io::Error::new(err.kind(), format!("{call}：{err}"))
}

fn parse_args(args: Vec<OsString>) -> Result<(), String> {
    if args.is_empty() {
        return Ok(());
    }
    Err(format!("不要参数，给了 {} 个", args.len()))
}
