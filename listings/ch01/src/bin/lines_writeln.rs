//! 用 writeln! 打印许多行。标准输出的读者先走了，就安静地结束。

use std::env;
use std::ffi::OsString;
use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

/// 行数的上限。
const MAX: u32 = 1_000_000;

// ANCHOR: run
fn run(count: u32) -> io::Result<()> {
    // 锁一次，整段时间都归我们；BufWriter 攒满 8 KiB 才交出去，不是每行一次。
    let mut out = BufWriter::new(io::stdout().lock());
    for number in 1..=count {
        writeln!(out, "第 {number} 行")?;
    }
    // 要自己 flush：Drop 也会写出剩下的，但写不出去时它不说。
    out.flush()
}

fn main() -> ExitCode {
    let count = match parse_args(env::args_os().skip(1).collect()) {
        Ok(count) => count,
        Err(why) => {
            eprintln!("{why}。用法：lines_writeln <行数>");
            return ExitCode::from(2);
        }
    };
    match run(count) {
        Ok(()) => ExitCode::SUCCESS,
        // 读者（例如 head）看够了就走，不是我们的错。
        Err(err) if err.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(err) => {
            eprintln!("出错：write：{err}");
            ExitCode::FAILURE
        }
    }
}
// ANCHOR_END: run

fn parse_args(args: Vec<OsString>) -> Result<u32, String> {
    let [count] = args.as_slice() else {
        return Err(format!("要 1 个参数，给了 {} 个", args.len()));
    };
    match count.to_str().and_then(|text| text.parse().ok()) {
        Some(count) if count <= MAX => Ok(count),
        _ => Err(format!("行数要是 0～{MAX} 的整数，给的是 {count:?}")),
    }
}
