//! 坏输入的表自己的测试：给它一个有毛病的“程序”（shell 脚本），看它指出来。

use std::time::Duration;

use book_tests::bad_input::{LIMIT, Part, Table};
use book_tests::programs::quote;
use book_tests::requires;

use super::{BookTest, tests};
use crate::stage;

tests!("bad_input":
    polite_program, program_that_panics, wrong_status, no_usage, two_lines, program_that_hangs,
    target_left_behind, same_file_destroyed, fifo_and_endless_source, source_checked_too_late, option_taken_for_a_file,
    println_is_known, other_panic_on_output, silent_peer, client_that_knows_when_to_stop, deaf_to_ctrl_c,
);

/// 要等到时限的测试，时限短些才快。
const SHORT: Duration = Duration::from_millis(300);

/// 一个讲礼貌的程序：`name <源文件> <目标文件>`。
const POLITE: &str = r#"#!/bin/sh
[ $# -eq 2 ] || { echo "要 2 个参数，给了 $# 个。用法：polite <源文件> <目标文件>" >&2; exit 2; }
fail() { echo "出错：$1" >&2; exit 1; }
[ -f "$1" ] || fail "源文件不是普通文件"
( : < "$1" ) 2>/dev/null || fail "源文件打不开"
[ "$1" -ef "$2" ] && fail "同一个文件"
[ -p "$2" ] && fail "目标是 FIFO"
{ cat "$1" > "$2"; } 2>/dev/null || fail "目标 $2"
"#;

fn run(script: &str, limit: Duration, part: Part) -> Result<(), String> {
    run_named("polite", script, limit, part)
}

fn run_named(name: &str, script: &str, limit: Duration, part: Part) -> Result<(), String> {
    let test = BookTest::new().executable(name, script);
    let binary = test.root().join(name);
    let scratch = test.root().join("scratch");
    Table {
        name,
        binary: &binary,
        source: script,
        scratch: &scratch,
        limit,
        patience: limit,
    }
    .run_parts(&[part])
}

#[track_caller]
fn fails(result: Result<(), String>, words: &[&str]) {
    match result {
        Ok(()) => panic!("应当指出毛病"),
        Err(why) => {
            for word in words {
                assert!(why.contains(word), "说明里没有“{word}”：{why}");
            }
        }
    }
}

#[track_caller]
fn finds(part: Part, from: &str, to: &str, words: &str) {
    assert_eq!(POLITE.matches(from).count(), 1, "“{from}”要正好出现一次");
    fails(run(&POLITE.replace(from, to), LIMIT, part), &[words]);
}

/// 没毛病的程序通过；否则下面的都说明不了什么。
fn polite_program() {
    for part in [
        Part::Arguments,
        Part::Files,
        Part::Peers,
        Part::Surroundings,
    ] {
        assert_eq!(run(POLITE, LIMIT, part), Ok(()));
    }
}

/// Rust 的 panic：状态 101，几行英文。
fn program_that_panics() {
    finds(
        Part::Files,
        "echo \"出错：$1\" >&2; exit 1;",
        "echo \"thread 'main' panicked at x.rs\" >&2; exit 101;",
        "退出状态 101",
    );
}

/// 参数错了却以 1 退出。
fn wrong_status() {
    finds(
        Part::Arguments,
        "exit 2; }",
        "exit 1; }",
        "期望：退出状态 2",
    );
}

/// 只说错了，没说该怎么用。
fn no_usage() {
    finds(Part::Arguments, "用法：", "请这样用：", "期望一行");
}

/// 错误信息有两行。
fn two_lines() {
    finds(
        Part::Files,
        "echo \"出错：$1\"",
        "echo >&2; echo \"出错：$1\"",
        "一行",
    );
}

/// 卡住的程序，等到时限就算；时限短些，测试才快。
fn program_that_hangs() {
    let script = POLITE.replace("[ -f", "[ -f \"$1\" ] || exec sleep 1000; [ -f");
    fails(run(&script, SHORT, Part::Files), &["卡住了"]);
}

/// 源文件打不开，却已经建了目标。
fn target_left_behind() {
    finds(
        Part::Files,
        "[ -f \"$1\" ] ||",
        ": > \"$2\"; [ -f \"$1\" ] ||",
        "留下了",
    );
}

/// 抄到自己身上，内容没了。
fn same_file_destroyed() {
    finds(
        Part::Files,
        "fail \"同一个文件\"",
        "{ : > \"$1\"; fail x; }",
        "实际变了",
    );
}

/// 源文件是什么都照抄：FIFO 会等，/dev/zero 抄不完。
fn fifo_and_endless_source() {
    let script = POLITE.replace("[ -f \"$1\" ]", "[ -e \"$1\" ] && [ ! -d \"$1\" ]");
    let words = [
        "源文件是没有人写的 FIFO",
        "卡住了",
        "源文件读不完：期望不留下目标文件",
    ];
    fails(run(&script, SHORT, Part::Files), &words);
}

/// 没有权限读，是建了目标以后才发现的。
fn source_checked_too_late() {
    if requires::can_obey_permissions() {
        finds(
            Part::Files,
            "( : < \"$1\" ) 2>/dev/null ||",
            "true ||",
            "源文件没有权限读：期望不留下",
        );
    }
}

/// --help 当成了文件名。
fn option_taken_for_a_file() {
    finds(
        Part::Arguments,
        "[ $# -eq 2 ] ||",
        "[ $# -eq 1 ] && fail \"没有文件 $1\"; [ $# -eq 2 ] ||",
        "--help",
    );
}

/// 一个打印东西的程序，写不出去时这样抱怨。
fn run_printing(complaint: &str) -> Result<(), String> {
    let script = format!(
        "{POLITE}trap '' PIPE\necho 好 2>/dev/null || {{ echo \"{complaint}\" >&2; exit 101; }}\n"
    );
    run(&script, LIMIT, Part::Surroundings)
}

/// println! 的 panic 书里讲过，不算毛病。
fn println_is_known() {
    let complaint = "thread 'main' panicked at x.rs:\nfailed printing to stdout: No space left";
    assert_eq!(run_printing(complaint), Ok(()));
}

/// 别的 panic 就算。
fn other_panic_on_output() {
    fails(
        run_printing("thread 'main' panicked at x.rs:\nindex out of bounds"),
        &["标准输出写不下", "退出状态 101"],
    );
}

/// 一个脚本：参数个数不对就打印自己的用法，对就换成书里的程序 `real`。
fn disguise(usage: &str, count: u32, setup: &str, real: &str) -> String {
    let programs = stage::programs().unwrap_or_else(|why| panic!("{why}"));
    let real = quote(&programs.binaries[real]);
    format!(
        "#!/bin/sh\n[ $# -eq {count} ] || {{ echo \"要 {count} 个参数。用法：{usage}\" >&2; exit 2; }}\n{setup}\nexec {real} \"$@\"\n"
    )
}

/// 对端不说话，它就一直等：除非登记过原因，就是卡住了。
fn silent_peer() {
    let script = disguise("waiter <IP> <端口>", 2, "", "tcp_client_wait_eof");
    let words = ["对端不说话", "对端说一个字节就不说了", "卡住了"];
    fails(run_named("waiter", &script, SHORT, Part::Peers), &words);
}

/// 有时限的客户端没有毛病。
fn client_that_knows_when_to_stop() {
    let script = disguise("knock2 <IP> <端口>", 2, "", "knock");
    // 积压队列满了的那一种，它要等 5 秒。
    assert_eq!(run_named("knock2", &script, LIMIT, Part::Peers), Ok(()));
}

/// 忽略 SIGINT 的服务器停不下来。
fn deaf_to_ctrl_c() {
    let script = disguise("deaf <端口>", 1, "trap '' INT", "hello_server");
    let words = ["等客户端时按 Ctrl-C", "卡住了"];
    fails(
        run_named("deaf", &script, SHORT, Part::Surroundings),
        &words,
    );
}
