//! 读会话、比录音、换端口、认用法：纯函数的测试。

use std::ffi::OsString;
use std::path::Path;

use book_tests::procnet::{self, Entry};
use book_tests::session::Session;
use book_tests::usage::{Good, Param, Usage};
use book_tests::vary::{self, Vary};
use book_tests::{ports, screen};

use super::tests;

tests!("text":
    session_name_and_files, unknown_terminal, two_actions, unknown_key_in_session, idle_step, idle_terminal,
    vary_needs_a_word, vary_whole_line, vary_undeclared_word,
    same_text, declared_word, word_out_of_range, undeclared_difference, extra_line, missing_line,
    recorded_sample_must_fit, leading_zero_is_not_the_integer, one_of, words_on_one_line, literal_brace, last_newline,
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

/// 声明会变，却没说哪个词。
fn vary_needs_a_word() {
    rejects(
        &format!("terminals = [\"a\"]\n{STEP}[[vary]]\nin = \"a\"\nline = \"端口\"\n"),
        "没有会变的词",
    );
}

/// 整行都可变，等于不比较。
fn vary_whole_line() {
    rejects(
        &format!(
            "terminals = [\"a\"]\n{STEP}[[vary]]\nin = \"a\"\nline = \"{{n}}\"\nn = {{ integer = [0, 9] }}\n"
        ),
        "整行都会变",
    );
}

/// 样式里的词没有声明取值。
fn vary_undeclared_word() {
    rejects(
        &format!("terminals = [\"a\"]\n{STEP}[[vary]]\nin = \"a\"\nline = \"第 {{n}} 个\"\n"),
        "{n} 没有声明",
    );
    rejects(
        &format!(
            "terminals = [\"a\"]\n{STEP}[[vary]]\nin = \"a\"\nline = \"第 {{n}} 个\"\nm = {{ pid = true }}\n"
        ),
        "{n}",
    );
}

fn port() -> Vec<Vary> {
    vary("线上 {n} 号", "n = { integer = [1024, 65535] }")
}

fn vary(line: &str, words: &str) -> Vec<Vary> {
    let text =
        format!("terminals = [\"a\"]\n{STEP}[[vary]]\nin = \"a\"\nline = \"{line}\"\n{words}\n");
    session(&text).unwrap_or_else(|why| panic!("{why}")).vary
}

#[track_caller]
fn differs(recorded: &str, actual: &str, vary: &[Vary], words: &str) {
    match vary::compare("a", recorded, actual, vary) {
        Ok(()) => panic!("应当不同：{recorded:?} 与 {actual:?}"),
        Err(why) => assert!(why.contains(words), "说明里没有“{words}”：{why}"),
    }
}

/// 相同就是相同。
fn same_text() {
    assert_eq!(vary::compare("a", "一\n二\n", "一\n二\n", &[]), Ok(()));
}

/// 声明过的词可以变。
fn declared_word() {
    assert_eq!(
        vary::compare("a", "线上 2000 号\n完\n", "线上 3000 号\n完\n", &port()),
        Ok(())
    );
}

/// 但要在范围里。
fn word_out_of_range() {
    differs("线上 2000 号\n", "线上 80 号\n", &port(), "+ 线上 80 号");
}

/// 没声明的不许变；差异里看得见是哪一行，合格的那行不混进来。
fn undeclared_difference() {
    differs(
        "线上 2000 号\n完\n",
        "线上 3000 号\n完了\n",
        &port(),
        "- 完\n  + 完了",
    );
}

/// 多一行。
fn extra_line() {
    differs("一\n", "一\n二\n", &[], "+ 二");
}

/// 少一行。
fn missing_line() {
    differs("一\n二\n", "一\n", &[], "- 二");
}

/// 录音自己也要符合声明，否则声明写错了没人知道。
fn recorded_sample_must_fit() {
    differs("线上 80 号\n", "线上 80 号\n", &port(), "没有符合它的行");
}

/// 007 不是 7。
fn leading_zero_is_not_the_integer() {
    differs("线上 2000 号\n", "线上 02000 号\n", &port(), "02000");
}

/// 几个值之一；值里可以有空格。
fn one_of() {
    let vary = vary("收到 {text}", "text = { one_of = [\"H\", \"Hello W\"] }");
    assert_eq!(
        vary::compare("a", "收到 H\n", "收到 Hello W\n", &vary),
        Ok(())
    );
    differs("收到 H\n", "收到 Hello\n", &vary, "Hello");
}

/// 一行里几个会变的词，各查各的。
fn words_on_one_line() {
    let vary = vary(
        "{a} 到 {b}",
        "a = { integer = [1, 5] }\nb = { integer = [6, 9] }",
    );
    assert_eq!(vary::compare("a", "1 到 9\n", "5 到 6\n", &vary), Ok(()));
    differs("1 到 9\n", "6 到 5\n", &vary, "6 到 5");
}

/// strace 的输出里有花括号：写两个就是它本身。
fn literal_brace() {
    let vary = vary(
        "accept4(3, {{sin_port=htons({p})}, [16]) = 4",
        "p = { integer = [1024, 65535] }",
    );
    let line = |port: u32| format!("accept4(3, {{sin_port=htons({port})}}, [16]) = 4\n");
    assert_eq!(vary::compare("a", &line(2000), &line(3000), &vary), Ok(()));
    differs(&line(2000), &line(80), &vary, "htons(80)");
}

/// 行末的换行也算数。
fn last_newline() {
    differs("完\n", "完", &[], "行末没有换行");
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
