//! 同一段文本当端口：Rust 的 parse 报错，C 的 atoi 加截断悄悄给出一个数。

use std::env;
use std::ffi::{CString, OsString};
use std::num::{IntErrorKind, ParseIntError};
use std::process::ExitCode;

// ANCHOR: run
fn run(text: &str) {
    println!("parse::<u16>：{}", rust_way(text));
    println!("atoi 再截断：{}", c_way(text));
}

fn rust_way(text: &str) -> String {
    match text.parse::<u16>() {
        Ok(port) => format!("Ok({port})"),
        Err(err) => format!("Err，{}（{err}）", explain(&err)),
    }
}

fn explain(err: &ParseIntError) -> &'static str {
    match err.kind() {
        IntErrorKind::Empty => "是空的",
        IntErrorKind::InvalidDigit => "有不是数字的字符",
        IntErrorKind::PosOverflow => "超过了 65535",
        _ => "不是 u16",
    }
}

fn c_way(text: &str) -> String {
    let Ok(text) = CString::new(text) else {
        return "有 NUL 字节，成不了 C 字符串".to_owned();
    };
    // atoi 没有办法报错：开头不是数字就给 0，遇到不认识的字符就停。
    // SAFETY: text 是以 NUL 结尾的字符串，atoi 只读到 NUL 为止。
    let number = unsafe { libc::atoi(text.as_ptr()) };
    // 端口只有 16 位，C 的赋值和 as 一样丢掉高位。
    format!("{number} → {}", number as u16)
}
// ANCHOR_END: run

fn main() -> ExitCode {
    match parse_args(env::args_os().skip(1).collect()) {
        Ok(text) => {
            run(&text);
            ExitCode::SUCCESS
        }
        Err(why) => {
            eprintln!("{why}。用法：parse_port <文本>");
            ExitCode::from(2)
        }
    }
}

fn parse_args(args: Vec<OsString>) -> Result<String, String> {
    let [text] = args.as_slice() else {
        return Err(format!("要 1 个参数，给了 {} 个", args.len()));
    };
    match text.to_str() {
        Some(text) => Ok(text.to_owned()),
        None => Err(format!("文本要是 UTF-8，给的是 {text:?}")),
    }
}
