//! 模板的清单：每条替换对得上上游，写坏了说出是哪一行。

use book_tests::checks::template;

use super::{BookTest, tests};

tests!("template_list": unreadable_list, misspelt_key, replacement_that_matches_nothing, every_replacement);

const UPSTREAM: &str = "<p>Search</p>\n<p>Search</p>\n<b>Menu</b>\n";

#[track_caller]
fn applied(list: &str, expected: &[(&str, &str)]) {
    let findings = match template::apply(UPSTREAM, list) {
        Ok(_) => Vec::new(),
        Err(findings) => findings,
    };
    BookTest::new().finds(|_| Ok(findings), expected);
}

/// 清单写坏了，说出是哪一行。
fn unreadable_list() {
    applied(
        "\n[[replace]]\nwhy = 词\n",
        &[("theme/index.toml:3", "合法的清单")],
    );
}

/// 键写错了，那一条就不起作用。
fn misspelt_key() {
    applied(
        "[[replace]]\nwhy = \"词\"\nform = \"Menu\"\nto = \"菜单\"\n",
        &[("theme/index.toml:3", "合法的清单")],
    );
}

/// 上游改了词，替换就对不上了；几条对不上的一起说。
fn replacement_that_matches_nothing() {
    applied(
        "[[replace]]\nwhy = \"词\"\nfrom = \"Find\"\nto = \"找\"\n\n[[replace]]\nwhy = \"词\"\nfrom = \"Search\"\nto = \"搜\"\n",
        &[
            ("theme/index.toml:3", "0 次：Find"),
            ("theme/index.toml:8", "2 次：Search"),
        ],
    );
}

/// 对得上的，逐条用上。
fn every_replacement() {
    let list = "[[replace]]\nwhy = \"词\"\nfrom = \"Search\"\nto = \"搜索\"\ncount = 2\n\n[[replace]]\nwhy = \"词\"\nfrom = \"Menu\"\nto = \"菜单\"\n";
    let expected = "<p>搜索</p>\n<p>搜索</p>\n<b>菜单</b>\n".to_owned();
    assert_eq!(template::apply(UPSTREAM, list), Ok(expected));
}
