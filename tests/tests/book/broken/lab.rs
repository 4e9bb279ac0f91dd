//! 实验台：会话里的标记、导出的 JSON、错误的说法、重放结果的判断。都不用真的实验台。

use std::path::Path;
use std::{fs, io};

use book_tests::lab::replay::{Lab, Replay, folder_in, judge};
use book_tests::lab::{export, mark};
use book_tests::runner::Transcripts;
use book_tests::session::Session;

use super::{BookTest, tests};
use crate::stage;

tests!("lab":
    mark_is_read, mark_without_reason, mark_in_english, two_marks, unknown_mark, long_reason,
    few_marks, too_many_marks, badly_written_reason,
    exported_session, exported_book,
    words_of_errors_are_glibcs,
    same_transcript, difference, declared_word, missing_terminal, stuck_session,
    differing_session, stale_mark, differing_session_must_end,
    where_the_lab_is, no_lab, stale_sessions, stale_player,
);

const SESSION: &str = "listings/ch01/sessions/greet.toml";
const STEP: &str = "[[step]]\nin = \"a\"\ntype = \"ls\"\n";

fn parse(text: &str) -> Result<Session, String> {
    Session::parse(Path::new("listings/ch01/sessions/demo.toml"), text)
}

fn session(text: &str) -> Session {
    parse(text).unwrap_or_else(|why| panic!("{why}"))
}

fn marked(mark: &str) -> Result<Session, String> {
    parse(&format!("terminals = [\"a\"]\nlab = {mark}\n{STEP}"))
}

#[track_caller]
fn rejects(mark: &str, words: &str) {
    match marked(mark) {
        Ok(_) => panic!("应当拒绝：{mark}"),
        Err(why) => assert!(why.contains(words), "说明里没有“{words}”：{why}"),
    }
}

/// 两种标记都认得，没有标记也行。
fn mark_is_read() {
    let reason = |text: &str| marked(text).map(|s| s.lab.map(|mark| mark.reason().to_owned()));
    assert_eq!(
        reason("{ differs = \"这里是 root\" }"),
        Ok(Some("这里是 root".into()))
    );
    assert_eq!(
        reason("{ absent = \"内核没有它\" }"),
        Ok(Some("内核没有它".into()))
    );
    assert!(
        session(&format!("terminals = [\"a\"]\n{STEP}"))
            .lab
            .is_none()
    );
}

/// 没有理由，读者不知道为什么不同。
fn mark_without_reason() {
    rejects("{ differs = \"\" }", "用中文");
    rejects("{ absent = \"  \" }", "用中文");
    rejects("{}", "正好一个");
}

/// 理由写给读者看。
fn mark_in_english() {
    rejects("{ differs = \"runs as root\" }", "runs as root");
}

/// 又不同、又没有，说不通。
fn two_marks() {
    rejects("{ differs = \"不同\", absent = \"没有\" }", "正好一个");
}

/// 打错的词不能悄悄忽略。
fn unknown_mark() {
    rejects("{ differ = \"不同\" }", "differ");
    rejects("\"不同\"", "lab");
}

/// 按钮旁边只有一行。
fn long_reason() {
    rejects("{ differs = \"一\\n二\" }", "只写一行");
    rejects("{ differs = \" 不同\" }", "只写一行");
}

/// 小书里再加 `n` 个会话，都不标。
fn more_sessions(book: BookTest, n: usize) -> BookTest {
    (0..n).fold(book, |book, i| {
        book.write(
            &format!("listings/ch01/sessions/more{i}.toml"),
            &format!("terminals = [\"a\"]\n{STEP}"),
        )
    })
}

fn with_mark(reason: &str) -> BookTest {
    BookTest::new().edit(
        SESSION,
        "terminals = [\"shell\"]\n",
        &format!("terminals = [\"shell\"]\nlab = {{ differs = \"{reason}\" }}\n"),
    )
}

/// 不标的、标得少的，不出声。
fn few_marks() {
    BookTest::new().finds(|book| Ok(mark::check(book)), &[]);
    more_sessions(with_mark("这里是 root"), 9).finds(|book| Ok(mark::check(book)), &[]);
}

/// 十个里一个以上，就是实验台不够好。
fn too_many_marks() {
    more_sessions(with_mark("这里是 root"), 8).finds(
        |book| Ok(mark::check(book)),
        &[("listings:1", "1 个：ch01/greet")],
    );
}

/// 理由也是正文：中英文之间有空格。
fn badly_written_reason() {
    more_sessions(with_mark("这里是32位的系统"), 9).finds(
        |book| Ok(mark::check(book)),
        &[(&format!("{SESSION}:2"), "这里是 32 位的系统")],
    );
}

/// 每一种步骤、每一种等待、每一种标记，写成什么样。
fn exported_session() {
    let full = session(
        "terminals = [\"a\", \"b\"]\ndeadline = 7\nrequires = [\"strace\", \"no-cap-net-raw\"]\nlab = { absent = \"没有\" }\n\
         [[step]]\nin = \"a\"\ntype = \"ls \\\"x\\\"\"\nuntil = { listening = 9190 }\n\
         [[step]]\nin = \"b\"\nsend = \"\"\nuntil = { text = \"好\" }\n\
         [[step]]\nin = \"b\"\nkey = \"ctrl-c\"\n\
         [[step]]\nin = \"a\"\nkey = \"ctrl-d\"\nuntil = { exit = 130 }\n\
         [[step]]\nin = \"a\"\nuntil = { exit = 0 }\n",
    );
    let expected = "{\"ch01/demo\":{\"terminals\":[\"a\",\"b\"],\"deadline\":7,\"user\":true,\"steps\":[\
        {\"terminal\":\"a\",\"type\":\"ls \\\"x\\\"\",\"until\":{\"listening\":9190}},\
        {\"terminal\":\"b\",\"send\":\"\",\"until\":{\"text\":\"好\"}},\
        {\"terminal\":\"b\",\"key\":\"ctrl-c\"},\
        {\"terminal\":\"a\",\"key\":\"ctrl-d\",\"until\":{\"exit\":130}},\
        {\"terminal\":\"a\",\"until\":{\"exit\":0}}],\
        \"lab\":{\"absent\":\"没有\"}}}\n";
    assert_eq!(export::to_json([&full]).as_deref(), Ok(expected));
}

/// 几个会话按名字排序；没有标记是 null。
fn exported_book() {
    let plain = |name: &str| {
        let file = format!("listings/ch01/sessions/{name}.toml");
        Session::parse(Path::new(&file), &format!("terminals = [\"a\"]\n{STEP}"))
            .unwrap_or_else(|why| panic!("{why}"))
    };
    let json = export::to_json(&[plain("z"), plain("b")]).unwrap_or_else(|why| panic!("{why}"));
    assert!(json.starts_with("{\"ch01/b\":{"), "{json}");
    assert!(json.contains("\"deadline\":30,\"steps\":[{"), "{json}");
    assert!(json.contains("\"lab\":null},\"ch01/z\":{"), "{json}");
}

/// 实验台里系统错误的说法，就是这台机器的说法：每个错误号一行，不多不少（只有链接 glibc 的机器能核对）。
fn words_of_errors_are_glibcs() {
    if cfg!(not(target_env = "gnu")) {
        return;
    }
    let table = fs::read_to_string(stage::root().join("lab/strerror.h"))
        .unwrap_or_else(|why| panic!("lab/strerror.h：{why}"));
    let row = |line: &str| {
        let (number, text) = line
            .strip_prefix("E(")?
            .strip_suffix("\")")?
            .split_once(", \"")?;
        Some((number.parse().ok()?, text.to_owned()))
    };
    let rows: Vec<(i32, String)> = (table.lines().filter(|line| !line.starts_with("//")))
        .map(|line| row(line).unwrap_or_else(|| panic!("lab/strerror.h：看不懂 {line}")))
        .collect();
    let words = |number| {
        let text = io::Error::from_raw_os_error(number).to_string();
        text.replace(&format!(" (os error {number})"), "")
    };
    let expected: Vec<(i32, String)> = (0..1000)
        .map(|number| (number, words(number)))
        .filter(|(_, text)| !text.starts_with("Unknown error"))
        .collect();
    for (row, right) in rows.iter().zip(&expected) {
        assert_eq!(row, right, "lab/strerror.h 与这台机器的说法不同");
    }
    assert_eq!(rows.len(), expected.len(), "lab/strerror.h 的行数");
}

fn texts(text: &str) -> Transcripts {
    Transcripts::from([("a".to_owned(), text.to_owned())])
}

fn replay(text: &str, error: Option<&str>) -> Replay {
    Replay {
        transcripts: texts(text),
        error: error.map(ToOwned::to_owned),
        seconds: 0.5,
    }
}

/// 会话顶上加 `head`，录音是 `recorded`，重放成 `actual`，判断怎么说。
fn verdict(head: &str, recorded: &str, actual: &Replay) -> Result<(), String> {
    judge(
        &session(&format!("terminals = [\"a\"]\n{head}\n{STEP}")),
        &texts(recorded),
        actual,
    )
}

#[track_caller]
fn refused(verdict: Result<(), String>, words: &[&str]) {
    let Err(why) = verdict else {
        panic!("应当失败：{words:?}");
    };
    for word in words {
        assert!(why.contains(word), "说明里没有“{word}”：{why}");
    }
}

const DIFFERS: &str = "lab = { differs = \"这里是 root\" }";

/// 一样就是一样。
fn same_transcript() {
    assert_eq!(verdict("", "$ ls\na\n", &replay("$ ls\na\n", None)), Ok(()));
}

/// 不同：说出哪份录音、差在哪里。
fn difference() {
    refused(
        verdict("", "8 字节\n", &replay("4 字节\n", None)),
        &[
            "listings/ch01/sessions/demo.a.console:1",
            "- 8 字节",
            "+ 4 字节",
            "demo.toml",
        ],
    );
}

/// 会变的词，用会话自己的声明；范围之外还是不同。
fn declared_word() {
    let check = |actual| {
        let text = format!(
            "terminals = [\"a\"]\n{STEP}[[vary]]\nin = \"a\"\nline = \"端口 {{n}}\"\nn = {{ integer = [1024, 65535] }}\n"
        );
        judge(
            &session(&text),
            &texts("端口 2000\n"),
            &replay(actual, None),
        )
    };
    assert_eq!(check("端口 3000\n"), Ok(()));
    refused(check("端口 80\n"), &["+ 端口 80"]);
}

/// 少一个终端的录音，不能当作没事。
fn missing_terminal() {
    let mut lost = replay("", None);
    lost.transcripts.clear();
    refused(verdict("", "$ ls\n", &lost), &["- $ ls"]);
}

/// 走不下去：说为什么，附上那时的录音。
fn stuck_session() {
    refused(
        verdict("", "$ ls\n", &replay("$ ls\n半行", Some("第 1 步：超时"))),
        &["走不下去：第 1 步：超时", "半行\n", "demo.toml"],
    );
}

/// 标了 differs 的，不同是应该的。
fn differing_session() {
    assert_eq!(
        verdict(DIFFERS, "8 字节\n", &replay("4 字节\n", None)),
        Ok(())
    );
}

/// 标了却一样，标记就该去掉。
fn stale_mark() {
    refused(
        verdict(DIFFERS, "8 字节\n", &replay("8 字节\n", None)),
        &["这里是 root", "去掉这个标记"],
    );
}

/// 标了 differs 也要走得完。
fn differing_session_must_end() {
    refused(
        verdict(
            DIFFERS,
            "8 字节\n",
            &replay("4 字节\n", Some("期望 0，实际 1")),
        ),
        &["期望 0，实际 1"],
    );
}

const HEAD: &str = "<meta name=\"lab\" content=\"{{ path_to_root }}lab/0123/\">";

/// 实验台在哪里，页面怎么知道，测试也怎么知道。
fn where_the_lab_is() {
    assert_eq!(
        folder_in(&format!("<!-- x -->\n{HEAD}\n")),
        Some("lab/0123/")
    );
    assert_eq!(folder_in(&HEAD.replace("{{ path_to_root }}", "")), None);
    assert_eq!(folder_in(&HEAD.replace("path_to_root", "root")), None);
    assert_eq!(folder_in(""), None);
}

/// 一本做好了实验台的小书。
fn built() -> BookTest {
    ["guest.mjs", "player.mjs", "transcript.mjs"]
        .iter()
        .fold(BookTest::new(), |book, name| {
            book.write(&format!("lab/{name}"), "x")
                .write(&format!("src/lab/0123/{name}"), "x")
        })
        .write("theme/head.hbs", HEAD)
        .write("src/lab/0123/state.zst", "")
        .write("src/lab/0123/sessions.json", "{}\n")
}

#[track_caller]
fn not_found(book: &BookTest, sessions: &str, words: &str) {
    match Lab::find(book.root(), sessions) {
        Ok(_) => panic!("应当失败"),
        Err(why) => {
            assert!(why.contains(words), "说明里没有“{words}”：{why}");
            assert!(why.contains("lab/build"), "没有说该运行什么：{why}");
            assert_eq!(why.lines().count(), 1, "要一行：{why}");
        }
    }
}

/// 没有做、做了一半：一行，说该运行什么。
fn no_lab() {
    not_found(&BookTest::new(), "{}\n", "还没有做好");
    let half = BookTest::new().write("theme/head.hbs", HEAD);
    not_found(&half, "{}\n", "还没有做好");
}

/// 做好以后改了会话，重放的就是旧的步骤。
fn stale_sessions() {
    not_found(&built(), "{\"ch01/new\":{}}\n", "会话 又改了");
}

/// 做好以后改了播放器，页面用的还是旧的。
fn stale_player() {
    let book = built().write("lab/player.mjs", "y");
    not_found(&book, "{}\n", "lab/player.mjs 又改了");
}
