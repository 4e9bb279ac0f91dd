//! 每个会话一项测试：`session::ch01/hello`。

use std::path::PathBuf;

use book_tests::runner::{self, Cargo};
use book_tests::session::Session;
use libtest_mimic::{Failed, Trial};

use crate::stage;

/// 全部会话的测试；机器缺条件的标成跳过，类别那一栏写明缺什么。
///
/// # Errors
/// 会话文件找不到或读不懂时，返回一句说明。
pub fn trials() -> Result<Vec<Trial>, String> {
    let overwrite = std::env::var("SNAPSHOTS").is_ok_and(|value| value == "overwrite");
    let mut trials = Vec::new();
    for file in files()? {
        let session = Session::load(&file)?;
        let missing: Vec<&str> = session
            .requires
            .iter()
            .filter_map(|r| r.missing())
            .collect();
        let name = format!("session::{}", session.name);
        let trial = Trial::test(name, move || {
            stage::run_in(Cargo::Shim, |stage| {
                runner::check(&session, stage, overwrite)
            })
            .map_err(Failed::from)
        });
        trials.push(if missing.is_empty() {
            trial
        } else {
            trial.with_kind(missing.join("，")).with_ignored_flag(true)
        });
    }
    Ok(trials)
}

/// `listings/*/sessions/*.toml`，按路径排序。
fn files() -> Result<Vec<PathBuf>, String> {
    let mut files = Vec::new();
    for chapter in list(&stage::root().join("listings"))? {
        let sessions = chapter.join("sessions");
        if sessions.is_dir() {
            files.extend(
                list(&sessions)?
                    .into_iter()
                    .filter(|f| f.extension().is_some_and(|e| e == "toml")),
            );
        }
    }
    Ok(files)
}

fn list(dir: &std::path::Path) -> Result<Vec<PathBuf>, String> {
    let entries = std::fs::read_dir(dir).map_err(|err| format!("{}：{err}", dir.display()))?;
    let mut paths: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect();
    paths.sort();
    Ok(paths)
}
