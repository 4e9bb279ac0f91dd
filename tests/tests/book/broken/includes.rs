//! 引用的文件和标记都在，写法固定。

use book_tests::checks::includes;

use super::{BookTest, pure, tests};

tests!("includes":
    missing_file, missing_anchor, empty_anchor, unmatched_anchor, whole_file_with_anchors, include_outside_fence, include_outside_listings, plain_include_of_anchor, line_range,
);

const PAGE: &str = "src/ch01/greet.md";
const PROGRAM: &str = "listings/ch01/src/bin/greet.rs";
const CONSOLE_INCLUDE: &str = "{{#include ../../listings/ch01/sessions/greet.shell.console}}";

/// mdBook 对缺文件只打一条警告。
fn missing_file() {
    BookTest::new()
        .edit(PAGE, "greet.shell.console}}", "nobody.shell.console}}")
        .finds(
            pure(includes::check),
            &[("src/ch01/greet.md:22", "nobody.shell.console")],
        );
}

/// mdBook 对 rustdoc_include 缺标记不出声，整个文件都成了隐藏行。
fn missing_anchor() {
    BookTest::new()
        .edit(PAGE, "greet.rs:main}}", "greet.rs:body}}")
        .finds(
            pure(includes::check),
            &[("src/ch01/greet.md:11", "标记 body")],
        );
}

/// 空的标记会显示成空的代码块。
fn empty_anchor() {
    BookTest::new()
        .write(
            PROGRAM,
            "//! 空。\n\n// ANCHOR: main\n\n// ANCHOR_END: main\nfn main() {}\n",
        )
        .finds(pure(includes::check), &[("src/ch01/greet.md:11", "空的")]);
}

/// 少了 ANCHOR_END，mdBook 会一直取到文件末尾。
fn unmatched_anchor() {
    BookTest::new()
        .edit(PROGRAM, "// ANCHOR_END: main\n", "")
        .finds(
            pure(includes::check),
            &[
                ("src/ch01/greet.md:11", "没有这个标记"),
                ("listings/ch01/src/bin/greet.rs:3", "ANCHOR: main"),
            ],
        );
}

/// 整个引用时，标记那几行会露在页面上。
fn whole_file_with_anchors() {
    BookTest::new()
        .edit(PAGE, "greet.rs:main}}", "greet.rs}}")
        .finds(
            pure(includes::check),
            &[("src/ch01/greet.md:11", "整个引用")],
        );
}

/// 代码块外面的引用逃过了别的检查。
fn include_outside_fence() {
    BookTest::new()
        .edit(PAGE, "## 程序", &format!("{CONSOLE_INCLUDE}\n\n## 程序"))
        .finds(
            pure(includes::check),
            &[("src/ch01/greet.md:5", "只出现在代码块里")],
        );
}

/// 放在 src 里的代码没有测试跑它。
fn include_outside_listings() {
    BookTest::new()
        .write("src/ch01/hidden.console", "$ ls\n")
        .edit(PAGE, CONSOLE_INCLUDE, "{{#include hidden.console}}")
        .finds(
            pure(includes::check),
            &[("src/ch01/greet.md:22", "src/ch01/hidden.console")],
        );
}

/// include 取出的片段没有隐藏行，读者点开看不到其余的程序。
fn plain_include_of_anchor() {
    BookTest::new()
        .edit(PAGE, "rustdoc_include", "include")
        .finds(
            pure(includes::check),
            &[("src/ch01/greet.md:11", "rustdoc_include")],
        );
}

/// 录音重录以后，行号就指到别处去了。
fn line_range() {
    BookTest::new()
        .edit(PAGE, "greet.shell.console}}", "greet.shell.console:1:2}}")
        .finds(pure(includes::check), &[("src/ch01/greet.md:22", ":1:2")]);
}
