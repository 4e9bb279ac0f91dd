//! 坏输入的表自己的测试：给它一个有毛病的“程序”（shell 脚本），看它指出来。

use std::time::Duration;

use book_tests::bad_input::{LIMIT, Table};

use super::{BookTest, tests};

tests!("bad_input":
    polite_program, program_that_panics, wrong_status, no_usage, two_lines, program_that_hangs,
    target_left_behind, same_file_destroyed,
);

/// 一个讲礼貌的程序：`name <源文件> <目标文件>`。
const POLITE: &str = r#"#!/bin/sh
[ $# -eq 2 ] || { echo "要 2 个参数，给了 $# 个。用法：polite <源文件> <目标文件>" >&2; exit 2; }
fail() { echo "出错：$1" >&2; exit 1; }
[ -f "$1" ] || fail "源文件 $1"
[ "$1" -ef "$2" ] && fail "同一个文件"
{ cat "$1" > "$2"; } 2>/dev/null || fail "目标 $2"
"#;

fn run(script: &str, limit: Duration) -> Result<(), String> {
    let test = BookTest::new().executable("polite", script);
    let binary = test.root().join("polite");
    let scratch = test.root().join("scratch");
    Table {
        name: "polite",
        binary: &binary,
        source: script,
        scratch: &scratch,
        limit,
    }
    .run(false)
}

#[track_caller]
fn finds(from: &str, to: &str, words: &str) {
    assert_eq!(POLITE.matches(from).count(), 1, "“{from}”要正好出现一次");
    match run(&POLITE.replace(from, to), LIMIT) {
        Ok(()) => panic!("应当指出毛病"),
        Err(why) => assert!(why.contains(words), "说明里没有“{words}”：{why}"),
    }
}

/// 没毛病的程序通过；否则下面的都说明不了什么。
fn polite_program() {
    assert_eq!(run(POLITE, LIMIT), Ok(()));
}

/// Rust 的 panic：状态 101，几行英文。
fn program_that_panics() {
    finds(
        "echo \"出错：$1\" >&2; exit 1;",
        "echo \"thread 'main' panicked at x.rs\" >&2; exit 101;",
        "退出状态 101",
    );
}

/// 参数错了却以 1 退出。
fn wrong_status() {
    finds("exit 2; }", "exit 1; }", "期望：退出状态 2");
}

/// 只说错了，没说该怎么用。
fn no_usage() {
    finds("用法：", "请这样用：", "期望一行");
}

/// 错误信息有两行。
fn two_lines() {
    finds("echo \"出错：$1\"", "echo >&2; echo \"出错：$1\"", "一行");
}

/// 卡住的程序，等到时限就算；时限短些，测试才快。
fn program_that_hangs() {
    let script = POLITE.replace("[ -f", "[ -f \"$1\" ] || exec sleep 1000; [ -f");
    match run(&script, Duration::from_millis(300)) {
        Ok(()) => panic!("应当指出卡住"),
        Err(why) => assert!(why.contains("卡住了"), "说明里没有“卡住了”：{why}"),
    }
}

/// 源文件打不开，却已经建了目标。
fn target_left_behind() {
    finds("[ -f \"$1\" ] ||", ": > \"$2\"; [ -f \"$1\" ] ||", "留下了");
}

/// 抄到自己身上，内容没了。
fn same_file_destroyed() {
    finds("fail \"同一个文件\"", "{ : > \"$1\"; fail x; }", "实际变了");
}
