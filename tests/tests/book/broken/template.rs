//! 网页模板：上游的，加上清单里写明的替换。

use book_tests::checks::template;
use book_tests::finding::Finding;

use super::{BookTest, tests};

tests!("template": unreadable_list, misspelt_key, replacement_that_matches_nothing, every_replacement, edited_by_hand);

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

/// 手改过的模板，升级时就丢了。
fn edited_by_hand() {
    let check = |root: &std::path::Path| -> Result<Vec<Finding>, String> {
        template::check(root, &root.join("scratch"), false)
    };
    let test = BookTest::new()
        .write("theme/index.toml", "replace = []\n")
        .write("theme/index.hbs", "");
    assert_eq!(
        template::check(test.root(), &test.root().join("scratch"), true),
        Ok(Vec::new())
    );
    let test = test.edit("theme/index.hbs", "<!DOCTYPE HTML>", "<!DOCTYPE html>");
    test.finds(
        |book| check(&book.root),
        &[("theme/index.hbs:1", "DOCTYPE html")],
    );
}
