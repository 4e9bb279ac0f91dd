//! 在实验台里重放书里的每个会话：`cargo test --test lab`，每个会话一项测试，`lab::ch01/hello`。
//!
//! 要先做好实验台（`lab/build`），还要有 node。

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use book_tests::book::Book;
use book_tests::lab::export;
use book_tests::lab::mark::Mark;
use book_tests::lab::replay::Lab;
use libtest_mimic::{Arguments, Failed, Trial};

fn main() -> ExitCode {
    let args = Arguments::from_args();
    match trials() {
        Ok(trials) => libtest_mimic::run(&args, trials).exit_code(),
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}

fn trials() -> Result<Vec<Trial>, String> {
    let manifest = std::env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    let root = manifest.parent().unwrap_or(Path::new("/"));
    let book = Book::load(root)?;
    let lab = Arc::new(Lab::find(root, &export::to_json(&book.sessions)?)?);
    let trials = book.sessions.into_iter().map(|session| {
        let name = format!("lab::{}", session.name);
        // 实验台里没有它要的东西：按名字跳过，类别那一栏写明理由。
        let absent = match &session.lab {
            Some(Mark::Absent(reason)) => reason.clone(),
            _ => String::new(),
        };
        let skip = !absent.is_empty();
        let lab = Arc::clone(&lab);
        Trial::test(name, move || lab.check(&session).map_err(Failed::from))
            .with_kind(absent)
            .with_ignored_flag(skip)
    });
    Ok(trials.collect())
}
