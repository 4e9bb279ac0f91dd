//! 每个会话一项测试：`session::ch01/hello`；要画图的再加一项：`drawing::ch01/hello`。

use book_tests::drawing;
use book_tests::requires::Requirement;
use book_tests::runner::{self, Cargo};
use book_tests::session::Session;
use book_tests::vary;
use libtest_mimic::{Failed, Trial};

use crate::stage;

/// 全部会话的测试；机器缺条件的标成跳过，类别那一栏写明缺什么。
///
/// # Errors
/// 会话文件找不到或读不懂时，返回一句说明。
pub fn trials() -> Result<Vec<Trial>, String> {
    let mut trials = Vec::new();
    for session in &stage::book()?.sessions {
        if session.draw {
            trials.push(drawing(session, stage::overwrite()));
        }
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

/// 全部录音自己合不合声明。这台机器跑不了的会话，录音也查。
pub fn recordings() -> Trial {
    Trial::test("check::recordings", || {
        if stage::overwrite() {
            return Ok(()); // 正在重录，此刻旁边的还是旧的
        }
        let problems: Vec<String> = stage::book()?
            .sessions
            .iter()
            .filter_map(|session| {
                let result = runner::recorded(session, stage::root())
                    .and_then(|texts| vary::consistent(&texts, &session.vary));
                result
                    .err()
                    .map(|why| format!("{}:1\n{why}", session.file.display()))
            })
            .collect();
        if problems.is_empty() {
            Ok(())
        } else {
            Err(Failed::from(problems.join("\n")))
        }
    })
}

/// 一幅图的测试。没有 strace 的机器按名字跳过，画好的图不动。
fn drawing(session: &'static Session, overwrite: bool) -> Trial {
    let missing: Vec<&str> = [Requirement::Strace]
        .iter()
        .chain(&session.requires)
        .filter_map(|r| r.missing())
        .collect();
    let trial = Trial::test(format!("drawing::{}", session.name), move || {
        stage::run_in(Cargo::Shim, |stage| {
            drawing::check(session, stage, overwrite)
        })
        .map_err(Failed::from)
    });
    if missing.is_empty() {
        trial
    } else {
        trial.with_kind(missing.join("，")).with_ignored_flag(true)
    }
}
