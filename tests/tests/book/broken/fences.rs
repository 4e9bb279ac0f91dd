//! 正文里没有手写的代码、命令和输出。

use book_tests::checks::fences;

use super::{BookTest, pure, tests};

tests!("fences":
    fence_with_code, fence_without_language, indented_code, raw_pre,
);

const PAGE: &str = "src/ch01/greet.md";
const RUST_INCLUDE: &str = "{{#rustdoc_include ../../listings/ch01/src/bin/greet.rs:main}}";

/// 手写的代码会和程序各说各话。
fn fence_with_code() {
    let code = format!("{RUST_INCLUDE}\nlet x = 1;");
    BookTest::new().edit(PAGE, RUST_INCLUDE, &code).finds(
        pure(fences::check),
        &[("src/ch01/greet.md:12", "let x = 1;")],
    );
}

/// 没有语言的代码块没有高亮，也不知道是代码还是录音。
fn fence_without_language() {
    BookTest::new()
        .edit(PAGE, "```console", "```")
        .finds(pure(fences::check), &[("src/ch01/greet.md:21", "console")]);
}

/// 缩进四格也是代码块。
fn indented_code() {
    BookTest::new()
        .edit(PAGE, "## 程序", "    let x = 1;\n\n## 程序")
        .finds(
            pure(fences::check),
            &[
                ("src/ch01/greet.md:5", "手写的一行"),
                ("src/ch01/greet.md:5", "缩进式代码块"),
            ],
        );
}

/// 用 HTML 也绕不过去。
fn raw_pre() {
    BookTest::new()
        .edit(PAGE, "## 程序", "<pre>$ ls</pre>\n\n## 程序")
        .finds(pure(fences::check), &[("src/ch01/greet.md:5", "<pre>")]);
}
