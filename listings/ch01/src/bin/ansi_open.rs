//! 带缓冲的写：程序写了十次，内核只见到一次。C 的 fwrite 也是这样。

use std::env;
use std::ffi::OsString;
use std::fmt::Display;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

// ANCHOR: save
fn save() -> io::Result<()> {
    let file = File::create("data.txt").map_err(during("open data.txt"))?;
    let mut out = BufWriter::new(file);

    // 一次一个字节。字节攒在 out 自己的内存里，没有一次系统调用。
    let mut calls = 0;
    for byte in b"Let's go!\n" {
        out.write_all(&[*byte]).map_err(during("write data.txt"))?;
        calls += 1;
    }
    println!(
        "程序写了 {calls} 次，缓冲区里有 {} 字节",
        out.buffer().len()
    );

    // 缓冲区满、flush、Drop，这三种时候才 write(2)。Drop 会吞掉错误，所以要自己 flush。
    out.flush().map_err(during("write data.txt"))?;
    println!("flush 以后，缓冲区里有 {} 字节", out.buffer().len());

    // flush 只把字节交给内核。写下去的东西要紧，再等内核把它存好。
    let file = out.get_ref();
    file.sync_all().map_err(during("fsync data.txt"))
}
// ANCHOR_END: save

fn main() -> ExitCode {
    if let Err(why) = parse_args(env::args_os().skip(1).collect()) {
        eprintln!("{why}。用法：ansi_open");
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
