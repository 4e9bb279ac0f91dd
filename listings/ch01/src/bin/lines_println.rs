//! 用 println! 打印许多行。标准输出的读者先走了，println! 就 panic。

use std::env;
use std::ffi::OsString;
use std::process::ExitCode;

/// 行数的上限。
const MAX: u32 = 1_000_000;

// ANCHOR: run
fn run(count: u32) {
    for number in 1..=count {
        // println! 不返回 Result。写不出去时它只能 panic，退出状态 101。
        println!("第 {number} 行");
    }
}
// ANCHOR_END: run

fn main() -> ExitCode {
    match parse_args(env::args_os().skip(1).collect()) {
        Ok(count) => {
            run(count);
            ExitCode::SUCCESS
        }
        Err(why) => {
            eprintln!("{why}。用法：lines_println <行数>");
            ExitCode::from(2)
        }
    }
}

fn parse_args(args: Vec<OsString>) -> Result<u32, String> {
    let [count] = args.as_slice() else {
        return Err(format!("要 1 个参数，给了 {} 个", args.len()));
    };
    match count.to_str().and_then(|text| text.parse().ok()) {
        Some(count) if count <= MAX => Ok(count),
        _ => Err(format!("行数要是 0～{MAX} 的整数，给的是 {count:?}")),
    }
}
