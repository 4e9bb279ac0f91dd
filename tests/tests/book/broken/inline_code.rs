//! 行内写到的命令和错误真的出现过。

use book_tests::checks::inline_code;

use super::{BookTest, pure, tests};

tests!("inline_code":
    command_never_run, error_never_seen, program_never_run_like_that,
    prefix_of_command, whole_word_prefix, form_of_command, command_with_prompt, command_with_environment, command_by_path,
    command_in_output_only, one_of_two_commands_never_run, parts_of_typed_commands, command_in_caption, sudo_command,
    prefix_of_error, middle_of_error, words_of_error, error_in_plain_words, every_place_of_it,
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

const SESSION: &str = "listings/ch01/sessions/greet.toml";
const TRANSCRIPT: &str = "listings/ch01/sessions/greet.shell.console";

/// 把第 3 行的命令换成别的，看报不报。
#[track_caller]
fn command(written: &str, expected: &[(&str, &str)]) {
    BookTest::new()
        .edit(PAGE, "`cargo run -q --bin greet`", written)
        .finds(pure(inline_code::check), expected);
}

/// 少了最后几个字母，也在录音里“出现过”。
fn prefix_of_command() {
    command(
        "`cargo run -q --bin gree`",
        &[("src/ch01/greet.md:3", "--bin gree`")],
    );
}

/// 少了后面几个词，是另一条命令：读者照着敲，得到的不一样。
fn whole_word_prefix() {
    command(
        "`cargo run -q`",
        &[("src/ch01/greet.md:3", "`cargo run -q`")],
    );
}

/// 说的是这种写法，不是叫人敲的命令：列在例外里。
fn form_of_command() {
    command("`cargo run -q --bin`", &[]);
}

/// 带着提示符的也是命令。
fn command_with_prompt() {
    command(
        "`$ cargo run --bin greet`",
        &[("src/ch01/greet.md:3", "$ cargo run")],
    );
}

/// 环境变量放在前面，也是没有跑过的命令。
fn command_with_environment() {
    command(
        "`RUST_BACKTRACE=1 cargo run -q --bin greet`",
        &[("src/ch01/greet.md:3", "RUST_BACKTRACE")],
    );
}

/// 直接写路径也是。
fn command_by_path() {
    command(
        "`./target/debug/greet 9190`",
        &[("src/ch01/greet.md:3", "./target")],
    );
}

/// 以 root 运行也是。
fn sudo_command() {
    command(
        "`sudo strace -p 1`",
        &[("src/ch01/greet.md:3", "sudo strace")],
    );
}

/// 程序打印过这句话，不等于有人敲过它。
fn command_in_output_only() {
    BookTest::new()
        .write(
            TRANSCRIPT,
            "$ cargo run -q --bin greet\n试试 cargo test --all\n",
        )
        .edit(PAGE, "`cargo run -q --bin greet`", "`cargo test --all`")
        .finds(
            pure(inline_code::check),
            &[("src/ch01/greet.md:3", "--all")],
        );
}

/// 两条连着写，有一条没有敲过。
fn one_of_two_commands_never_run() {
    command(
        "`cargo run -q --bin greet && cargo clean`",
        &[("src/ch01/greet.md:3", "cargo clean")],
    );
}

/// 管道里的一段、去掉重定向的、strace 后面的、省掉 cargo run 的，都敲过。
fn parts_of_typed_commands() {
    BookTest::new()
        .edit(SESSION, "cargo run -q --bin greet", "{ strace -o 'a b.txt' cargo run -q --bin greet 9190 2>err.txt; } | tail -n 3")
        .edit(
            PAGE,
            "`cargo run -q --bin greet`",
            "`strace -o 'a b.txt' cargo run -q --bin greet 9190`、`cargo run -q --bin greet 9190`、`greet 9190`、`cargo run -q --bin greet 9190 2>err.txt`、`$ greet 9190`",
        )
        .finds(pure(inline_code::check), &[]);
}

/// 图框的说明里用 <code> 写的也要真的跑过。
fn command_in_caption() {
    BookTest::new()
        .edit(PAGE, "打一声招呼<", "用 <code>greet --loud</code> 打<")
        .finds(
            pure(inline_code::check),
            &[("src/ch01/greet.md:19", "--loud")],
        );
}

/// os error 11 和 os error 111 不是一个错误。
fn prefix_of_error() {
    error("`os error 11`", &[("src/ch01/greet.md:3", "os error 11`")]);
}

/// 从词的中间抄起的，是抄漏了。
fn middle_of_error() {
    error(
        "`onnection refused (os error 111)`",
        &[("src/ch01/greet.md:3", "onnection")],
    );
}

/// 整个词的一段，可以。
fn words_of_error() {
    error(
        "`Connection refused (os error 111)`、`connect：Connection refused (os error 111)`、`os error 111`",
        &[],
    );
}

/// 不放在行内代码里的也查：读者会照着搜。
fn error_in_plain_words() {
    error(
        "Connection refused (os error 112)",
        &[("src/ch01/greet.md:3", "os error 112")],
    );
}

#[track_caller]
fn error(written: &str, expected: &[(&str, &str)]) {
    BookTest::new()
        .write(
            TRANSCRIPT,
            "$ cargo run -q --bin greet\n出错，connect：Connection refused (os error 111)\n",
        )
        .edit(PAGE, "`cargo run -q --bin greet`", written)
        .finds(pure(inline_code::check), expected);
}

/// 一页里写了几处，每一处都报。
fn every_place_of_it() {
    BookTest::new()
        .edit(PAGE, "## 程序", "`greet 1`\n和 `greet 2`。\n\n## 程序")
        .edit(PAGE, "## 图", "又是 `greet 1`。\n\n## 图")
        .finds(
            pure(inline_code::check),
            &[
                ("src/ch01/greet.md:5", "greet 1"),
                ("src/ch01/greet.md:6", "greet 2"),
                ("src/ch01/greet.md:30", "greet 1"),
            ],
        );
}
