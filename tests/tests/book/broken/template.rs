//! 核对模板和样式的检查：改坏一处，看它报出那一处。

use std::fs;

use book_tests::book::Book;
use book_tests::checks::template::{self, LIST, STYLES, TEMPLATE};
use book_tests::finding::Finding;

use super::{BookTest, tests};

tests!("template": good_theme, edited_template, edited_styles, upstream_changed, missing_styles);

const REPLACE: &str = "\
[[replace]]
why = \"目录的名字\"
from = 'aria-label=\"Table of contents\"'
to = 'aria-label=\"目录\"'
";

fn check(book: &Book) -> Result<Vec<Finding>, String> {
    template::check(&book.root, &book.root.join("scratch"), false)
}

/// 一本小书，模板和样式由检查自己生成。
#[track_caller]
fn theme() -> BookTest {
    let test = BookTest::new().write(LIST, REPLACE);
    match template::check(test.root(), &test.root().join("scratch"), true) {
        Ok(findings) => assert!(findings.is_empty(), "刚生成的不该有毛病"),
        Err(why) => panic!("{why}"),
    }
    test
}

/// 生成的就是要的：模板换了词，样式是几份接在一起，打印的只在打印时生效。
fn good_theme() {
    let test = theme();
    test.finds(check, &[]);
    let read = |file: &str| fs::read_to_string(test.root().join(file)).unwrap_or_default();
    assert!(read(TEMPLATE).contains("aria-label=\"目录\""));
    let styles = read(STYLES);
    for part in [
        "--sidebar-bg",
        "font-size: 62.5%",
        ".menu-bar",
        "@media print {",
    ] {
        assert!(styles.contains(part), "样式里没有 {part}");
    }
}

/// 直接改模板：升级 mdBook 时就不知道改过什么了。
fn edited_template() {
    theme()
        .edit(TEMPLATE, "aria-label=\"目录\"", "aria-label=\"目次\"")
        .finds(check, &[("theme/index.hbs:1", "目次")]);
}

/// 直接改接好的样式。
fn edited_styles() {
    let test = theme();
    let text = fs::read_to_string(test.root().join(STYLES)).unwrap_or_default();
    test.write(STYLES, &format!("{text}p {{ color: red; }}\n"))
        .finds(check, &[("theme/css/general.css:1", "color: red")]);
}

/// 上游变了，一条替换对不上。
fn upstream_changed() {
    theme()
        .edit(LIST, "Table of contents", "Contents")
        .finds(check, &[("theme/index.toml:3", "0 次")]);
}

/// 样式没有了：说出是哪个文件。
fn missing_styles() {
    let test = theme();
    drop(fs::remove_file(test.root().join(STYLES)));
    match template::check(test.root(), &test.root().join("scratch"), false) {
        Ok(findings) => panic!("没有报出来：{} 处", findings.len()),
        Err(why) => assert!(why.starts_with(STYLES), "{why}"),
    }
}
