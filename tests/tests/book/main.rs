//! 书的全部测试：每个会话、每项检查各是一项有名字的测试。

mod bad_input;
mod broken;
mod checks;
mod runnable;
mod sessions;
mod stage;

use std::process::ExitCode;

use libtest_mimic::{Arguments, Trial};

fn main() -> ExitCode {
    let mut args = Arguments::from_args();
    // 会话多半在等，不占处理器：线程多开几个。
    args.test_threads.get_or_insert(12);
    broken::keep_panics_quiet();
    match trials() {
        Ok(trials) => libtest_mimic::run(&args, trials).exit_code(),
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}

fn trials() -> Result<Vec<Trial>, String> {
    // 等对端等到时限的那几项最久，先开始；最后是一眨眼就完的，两个核一起收工。
    let mut trials = bad_input::trials()?;
    trials.extend(broken::waiting());
    trials.extend(checks::trials());
    trials.extend(sessions::trials()?);
    trials.extend(runnable::trials()?);
    trials.extend(broken::trials());
    Ok(trials)
}
