//! 页面上每个有 ▶ 的程序一项测试：`runnable::hello_loopback`。

use std::collections::BTreeSet;

use book_tests::runnable::{LIMIT, check};
use libtest_mimic::{Failed, Trial};

use crate::stage;

/// 每个有 ▶ 的程序一项；哪些程序有，由页面上的 `data-run` 说。
///
/// # Errors
/// 书读不懂时，返回一句说明。
pub fn trials() -> Result<Vec<Trial>, String> {
    let names: BTreeSet<&str> = stage::book()?
        .pages
        .iter()
        .flat_map(|page| &page.figures)
        .filter(|figure| figure.run)
        .filter_map(|figure| figure.name.as_deref())
        .collect();
    Ok(names
        .into_iter()
        .map(|name| {
            Trial::test(format!("runnable::{name}"), move || {
                let binary = stage::programs()?
                    .binaries
                    .get(name)
                    .ok_or_else(|| Failed::from(format!("没有程序 {name}")))?;
                check(binary, &stage::scratch(), LIMIT).map_err(Failed::from)
            })
        })
        .collect())
}
