//! 行内写到的命令和错误真的出现过。

use book_tests::checks::inline_code;

use super::{BookTest, pure, tests};

tests!("inline_code":
    command_never_run, error_never_seen, program_never_run_like_that,
);

const PAGE: &str = "src/ch01/greet.md";

/// 正文叫读者敲一条从没跑过的命令。
fn command_never_run() {
    BookTest::new()
        .edit(
            PAGE,
            "`cargo run -q --bin greet`",
            "`cargo run --bin greet --fast`",
        )
        .finds(
            pure(inline_code::check),
            &[("src/ch01/greet.md:3", "--fast")],
        );
}

/// 正文写了一个从没出现过的错误。
fn error_never_seen() {
    BookTest::new()
        .edit(
            PAGE,
            "`cargo run -q --bin greet`",
            "`No such process (os error 3)`",
        )
        .finds(
            pure(inline_code::check),
            &[("src/ch01/greet.md:3", "os error 3")],
        );
}

/// 程序名加参数，也要真的那样跑过。
fn program_never_run_like_that() {
    BookTest::new()
        .edit(PAGE, "`cargo run -q --bin greet`", "`greet 9190`")
        .finds(
            pure(inline_code::check),
            &[("src/ch01/greet.md:3", "greet 9190")],
        );
}
