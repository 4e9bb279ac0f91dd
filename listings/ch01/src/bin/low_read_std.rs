//! low_read 的 std 版：File::open 打开，Read::read 一次次读，直到它返回 0。

use std::env;
use std::ffi::OsString;
use std::fmt::Display;
use std::fs::File;
use std::io::{self, Read};
use std::os::fd::AsRawFd;
use std::process::ExitCode;

/// 全部内容都放在内存里，就要有个上限：/dev/zero 那样的文件没有尽头。
const MAX: usize = 65536;

// ANCHOR: load
fn load() -> io::Result<()> {
    let mut file = File::open("data.txt").map_err(during("open data.txt"))?;
    println!("file descriptor: {}", file.as_raw_fd());

    let mut data = Vec::new();
    let mut buf = [0; 100];
    loop {
        let n = match file.read(&mut buf) {
            Ok(n) => n,
            // File::read 就是一次 read(2)，被信号打断要自己重来；read_to_end 会替我们重来。
            Err(err) if err.kind() == io::ErrorKind::Interrupted => continue,
            Err(err) => return Err(during("read data.txt")(err)),
        };
        println!("read 返回 {n}");
        if n == 0 {
            break; // 文件到头了
        }
        data.extend_from_slice(&buf[..n]);
        if data.len() > MAX {
            return Err(io::Error::other(format!(
                "data.txt 不止 {MAX} 字节，不读了"
            )));
        }
    }

    let text = String::from_utf8_lossy(&data);
    println!("file data: {}", text.strip_suffix('\n').unwrap_or(&text));
    Ok(())
}
// ANCHOR_END: load

fn main() -> ExitCode {
    if let Err(why) = parse_args(env::args_os().skip(1).collect()) {
        eprintln!("{why}。用法：low_read_std");
        return ExitCode::from(2);
    }
    match load() {
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
