//! 判一批在实验台里重放的结果：与书里的录音相同吗。标准和 `cargo test --test lab` 的一样，只是重放发生在别处，
//! 例如真的浏览器里。
//!
//! 从标准输入读 `lab/replay.mjs` 打印的那种 JSON：`{ 会话: { transcripts, error, seconds } }`。
//! 每个会话打印一行；有一个不对，打印差在哪里，以 1 退出。
#![warn(missing_docs)]

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::process::ExitCode;

use book_tests::book::Book;
use book_tests::lab::replay::{Replay, judge, recorded};

fn main() -> ExitCode {
    match run() {
        Ok(0) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}

/// 判标准输入里的全部结果，返回几个不对。
fn run() -> Result<usize, String> {
    let replays: BTreeMap<String, Replay> = serde_json::from_reader(io::stdin().lock())
        .map_err(|err| format!("标准输入不是重放的结果：{err}"))?;
    if replays.is_empty() {
        return Err("一个结果也没有".into());
    }
    // 和测试一样，先信 cargo 给的位置：整个文件夹可能被复制到了别处。
    let manifest =
        std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    let root = Path::new(&manifest).parent().unwrap_or(Path::new("/"));
    let book = Book::load(root)?;
    let mut wrong = 0;
    for (name, replay) in &replays {
        let session = book
            .session(name)
            .ok_or_else(|| format!("书里没有会话 {name}"))?;
        match judge(session, &recorded(root, session)?, replay) {
            Ok(()) => println!("{name} 对"),
            Err(why) => {
                wrong += 1;
                println!("{name} 不对\n{why}");
            }
        }
    }
    Ok(wrong)
}
