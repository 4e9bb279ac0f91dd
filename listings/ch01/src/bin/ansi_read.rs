//! 带缓冲的读：一次 read 取来一大块，再一行一行地给程序。C 的 fgets 也是这样。

use std::env;
use std::ffi::OsString;
use std::fmt::Display;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::process::ExitCode;

// ANCHOR: load
/// 没有换行的文件，一行就是整个文件；至多读这么多，免得它占满内存。
const MAX: u64 = 1 << 20;

fn load() -> io::Result<()> {
    let file = File::open("data.txt").map_err(during("open data.txt"))?;
    let mut reader = BufReader::new(file.take(MAX));

    // lines 去掉行尾的换行，并检查是不是 UTF-8；不是文本的内容在这里报错。
    let mut count = 0;
    for line in reader.by_ref().lines() {
        let line = line.map_err(during("read data.txt"))?;
        count += 1;
        println!("第 {count} 行：{line}");
    }
    if reader.get_ref().limit() == 0 {
        return Err(io::Error::other("data.txt 太大，后面的没有读"));
    }
    println!("共 {count} 行");
    Ok(())
}
// ANCHOR_END: load

fn main() -> ExitCode {
    if let Err(why) = parse_args(env::args_os().skip(1).collect()) {
        eprintln!("{why}。用法：ansi_read");
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
