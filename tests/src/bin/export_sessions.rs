//! 把书里的会话写成 JSON，打印到标准输出：`cargo run -q -p book-tests --bin export_sessions > sessions.json`。
#![warn(missing_docs)]

use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use book_tests::book::Book;
use book_tests::lab::export;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), String> {
    if let Some(extra) = std::env::args_os().nth(1) {
        return Err(format!(
            "多余的参数 {}。用法：export_sessions > sessions.json",
            extra.display()
        ));
    }
    // 和测试一样，先信 cargo 给的位置：整个文件夹可能被复制到了别处。
    let manifest =
        std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    let root = Path::new(&manifest).parent().unwrap_or(Path::new("/"));
    let book = Book::load(root)?;
    let json = export::to_json(&book.sessions)?;
    io::stdout()
        .write_all(json.as_bytes())
        .map_err(|err| format!("写不出去：{err}"))
}
