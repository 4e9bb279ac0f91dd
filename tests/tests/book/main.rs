//! 书的全部测试：每个会话、每项检查各是一项有名字的测试。

mod sessions;
mod stage;

use std::process::ExitCode;

use libtest_mimic::Arguments;

fn main() -> ExitCode {
    let mut args = Arguments::from_args();
    // 会话多半在等，不占处理器：线程多开几个。
    args.test_threads.get_or_insert(8);
    let trials = match sessions::trials() {
        Ok(trials) => trials,
        Err(why) => {
            eprintln!("{why}");
            return ExitCode::FAILURE;
        }
    };
    libtest_mimic::run(&args, trials).exit_code()
}
