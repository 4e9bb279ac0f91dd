//! 每个程序一项测试：`bad_input::hello_server`。

use book_tests::bad_input::{LIMIT, Table};
use book_tests::requires::Requirement;
use libtest_mimic::{Failed, Trial};

use crate::stage;

/// 每个程序一项。
///
/// # Errors
/// 书读不懂时，返回一句说明。
pub fn trials() -> Result<Vec<Trial>, String> {
    let strace = Requirement::Strace.missing().is_none();
    let book = stage::book()?;
    Ok(book
        .programs
        .iter()
        .map(|program| {
            Trial::test(format!("bad_input::{}", program.name), move || {
                let programs = stage::programs()?;
                let binary = programs
                    .binaries
                    .get(&program.name)
                    .ok_or_else(|| Failed::from(format!("{} 没有构建出来", program.name)))?;
                let table = Table {
                    name: &program.name,
                    binary,
                    source: &program.text,
                    scratch: &stage::scratch(),
                    limit: LIMIT,
                };
                table.run(strace).map_err(Failed::from)
            })
        })
        .collect())
}
