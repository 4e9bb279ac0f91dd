//! 每个程序一出生就有的三个描述符：0、1、2。

use std::env;
use std::ffi::OsString;
use std::io;
use std::os::fd::AsRawFd;
use std::process::ExitCode;

// ANCHOR: show
fn show() {
    println!("标准输入 stdin ：{}", io::stdin().as_raw_fd());
    println!("标准输出 stdout：{}", io::stdout().as_raw_fd());
    println!("标准错误 stderr：{}", io::stderr().as_raw_fd());
}
// ANCHOR_END: show

fn main() -> ExitCode {
    if let Err(why) = parse_args(env::args_os().skip(1).collect()) {
        eprintln!("{why}。用法：std_fds");
        return ExitCode::from(2);
    }
    show();
    ExitCode::SUCCESS
}

fn parse_args(args: Vec<OsString>) -> Result<(), String> {
    if args.is_empty() {
        return Ok(());
    }
    Err(format!("不要参数，给了 {} 个", args.len()))
}
