//! 每个会话一项测试：`session::ch01/hello`。

use book_tests::runner::{self, Cargo};
use libtest_mimic::{Failed, Trial};

use crate::stage;

/// 全部会话的测试；机器缺条件的标成跳过，类别那一栏写明缺什么。
///
/// # Errors
/// 会话文件找不到或读不懂时，返回一句说明。
pub fn trials() -> Result<Vec<Trial>, String> {
    let mut trials = Vec::new();
    for session in &stage::book()?.sessions {
        let missing: Vec<&str> = session
            .requires
            .iter()
            .filter_map(|r| r.missing())
            .collect();
        let name = format!("session::{}", session.name);
        let trial = Trial::test(name, move || {
            stage::run_in(Cargo::Shim, |stage| {
                runner::check(session, stage, stage::overwrite())
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
