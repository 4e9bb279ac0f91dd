//! 读会话、换端口、认用法：纯函数的测试。

use std::ffi::OsString;
use std::path::Path;

use book_tests::procnet::{self, Entry};
use book_tests::session::Session;
use book_tests::usage::{Good, Param, Usage};
use book_tests::{ports, screen};

use super::tests;

tests!("text":
    session_name_and_files, unknown_terminal, two_actions, unknown_key_in_session, idle_step, idle_terminal,
    screen_strips_marks, screen_waits_for_the_whole_mark, screen_rejects_other_bytes,
    whole_words_only, proc_net_lines,
    usage_line, usage_without_reason, usage_of_another, bad_arguments_cover_every_parameter,
);

fn session(text: &str) -> Result<Session, String> {
    Session::parse(Path::new("listings/ch01/sessions/demo.toml"), text)
}

#[track_caller]
fn rejects(text: &str, words: &str) {
    match session(text) {
        Ok(_) => panic!("应当拒绝：{text}"),
        Err(why) => assert!(why.contains(words), "说明里没有“{words}”：{why}"),
    }
}

const STEP: &str = "[[step]]\nin = \"a\"\ntype = \"ls\"\n";

/// 从会话的文件名找得到录音，从会话名找得到文件。
fn session_name_and_files() {
    let parsed = session(&format!(
        "terminals = [\"a\"]\nports = [9191]\n{STEP}until = {{ listening = 9190 }}\n"
    ));
    let parsed = parsed.unwrap_or_else(|why| panic!("{why}"));
    assert_eq!(parsed.name, "ch01/demo");
    assert_eq!(
        parsed.transcript_file("a"),
        Path::new("listings/ch01/sessions/demo.a.console")
    );
    assert_eq!(parsed.ports.into_iter().collect::<Vec<_>>(), [9190, 9191]);
}

/// 打错终端的名字。
fn unknown_terminal() {
    rejects(&format!("terminals = [\"b\"]\n{STEP}"), "没声明的终端 a");
}

/// 一步里做两件事，先后就说不清了。
fn two_actions() {
    rejects(
        &format!("terminals = [\"a\"]\n{STEP}send = \"x\"\n"),
        "第 1 步只能有",
    );
}

/// 打错的键不能悄悄忽略。
fn unknown_key_in_session() {
    rejects(
        &format!("terminals = [\"a\"]\n{STEP}unitl = {{ exit = 0 }}\n"),
        "unitl",
    );
}

/// 什么也没做的一步。
fn idle_step() {
    rejects("terminals = [\"a\"]\n[[step]]\nin = \"a\"\n", "什么也没做");
}

/// 声明了却没用上的终端，页面上会是空的。
fn idle_terminal() {
    rejects(
        &format!("terminals = [\"a\", \"b\"]\n{STEP}"),
        "终端 b 没有任何步骤",
    );
}

/// 标记不出现在录音里，终端的 \r\n 还原成 \n。
fn screen_strips_marks() {
    let raw = b"$ ls\na\r\n\x1e0\x1f$ no\n\x1e127\x1f";
    assert_eq!(screen::statuses(raw), [0, 127]);
    assert_eq!(screen::text(raw), Ok("$ ls\na\n$ no\n".to_owned()));
}

/// 标记只收到一半，不能当成输出。
fn screen_waits_for_the_whole_mark() {
    let raw = b"a\r\n\x1e12";
    assert_eq!(screen::statuses(raw), [] as [i32; 0]);
    assert_eq!(screen::text(raw), Ok("a\n".to_owned()));
}

/// 不是 UTF-8 的输出放不进页面。
fn screen_rejects_other_bytes() {
    assert!(screen::text(b"\xff").is_err());
}

/// 端口只在自成一个词时替换。
fn whole_words_only() {
    let text = "htons(5123)、127.0.0.1:5123，51230 x5123 5123_ 5123";
    assert_eq!(
        ports::replace_word(text, "5123", "9190"),
        "htons(9190)、127.0.0.1:9190，51230 x5123 5123_ 9190"
    );
}

/// /proc/net/tcp 的样子；表头和认不出的行跳过。
fn proc_net_lines() {
    let table = "  sl  local_address rem_address   st tx_queue\n   0: 0100007F:23E6 00000000:0000 0A 00000000:00000000\n   1: 0100007F:23E6 0100007F:C350 06 00000000:00000000\n";
    let entries: Vec<Entry> = procnet::parse(table).collect();
    assert_eq!(
        entries,
        [
            Entry {
                local: 9190,
                remote: 0,
                state: 0x0a
            },
            Entry {
                local: 9190,
                remote: 50000,
                state: 0x06
            },
        ]
    );
}

fn usage(line: &str) -> Result<Usage, String> {
    Usage::parse("hello", line)
}

/// 用法行里有什么参数，坏参数就从那里来。
fn usage_line() {
    let expected = Usage {
        required: vec![Param::Ip, Param::Port],
        optional: vec![Param::Number("间隔毫秒".into())],
        repeats: false,
    };
    assert_eq!(
        usage("多了。用法：hello <IP> <端口> [间隔毫秒]"),
        Ok(expected)
    );
}

/// 只打印用法，没说哪里不对。
fn usage_without_reason() {
    assert!(usage("用法：hello <端口>").is_err());
}

/// 抄来的程序忘了改名字。
fn usage_of_another() {
    assert!(usage("不对。用法：goodbye <端口>").is_err());
}

/// 每个参数都有坏值，个数不对的也有。
fn bad_arguments_cover_every_parameter() {
    let good = Good {
        port: 9190,
        source: "s".into(),
        target: "t".into(),
    };
    let usage =
        usage("不对。用法：hello <IP> <端口> [间隔毫秒]").unwrap_or_else(|why| panic!("{why}"));
    let cases = usage.bad_args(&good).unwrap_or_else(|why| panic!("{why}"));
    let has = |wanted: &[&str]| {
        let wanted: Vec<OsString> = wanted.iter().map(OsString::from).collect();
        cases.iter().any(|(_, args)| *args == wanted)
    };
    assert!(has(&[]) && has(&["127.0.0.1"]), "少给");
    assert!(has(&["127.0.0.1", "9190", "3", "1"]), "多给");
    assert!(has(&["256.1.1.1", "9190"]), "坏的 IP");
    assert!(has(&["127.0.0.1", "65536"]), "坏的端口");
    assert!(has(&["127.0.0.1", "9190", "-1"]), "坏的数");
}
