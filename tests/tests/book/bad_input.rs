//! 每个程序两项测试：`bad_input::hello_server`，和要用 strace 的 `bad_input_faults::hello_server`。

use book_tests::bad_input::{LIMIT, PATIENCE, Table};
use book_tests::requires::Requirement;
use libtest_mimic::{Failed, Trial};

use crate::stage;

/// 每个程序两项；没有 strace 的机器按名字跳过后一项。
///
/// # Errors
/// 书读不懂时，返回一句说明。
pub fn trials() -> Result<Vec<Trial>, String> {
    let programs = &stage::book()?.programs;
    let tables = programs.iter().map(|program| {
        Trial::test(format!("bad_input::{}", program.name), || {
            run(&program.name, &program.text, |table| table.run())
        })
    });
    let missing = Requirement::Strace.missing();
    let faults = programs.iter().map(|program| {
        let name = format!("bad_input_faults::{}", program.name);
        let trial = Trial::test(name, || {
            run(&program.name, &program.text, |table| table.run_faults())
        });
        match missing {
            None => trial,
            Some(why) => trial.with_kind(why).with_ignored_flag(true),
        }
    });
    Ok(tables.chain(faults).collect())
}

fn run(
    name: &str,
    source: &str,
    act: impl FnOnce(&Table<'_>) -> Result<(), String>,
) -> Result<(), Failed> {
    let binary = stage::programs()?
        .binaries
        .get(name)
        .ok_or_else(|| Failed::from(format!("{name} 没有构建出来")))?;
    let table = Table {
        name,
        binary,
        source,
        scratch: &stage::scratch(),
        limit: LIMIT,
        patience: PATIENCE,
    };
    act(&table).map_err(Failed::from)
}
