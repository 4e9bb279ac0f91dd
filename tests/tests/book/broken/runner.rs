//! 跑会话的机器：该失败时失败，失败时说得清，不留下进程。

use std::path::Path;
use std::time::{Duration, Instant};

use book_tests::programs::Programs;
use book_tests::runner::{self, Cargo, Transcripts};
use book_tests::session::Session;

use super::{BookTest, tests};
use crate::stage;

tests!("runner":
    transcript_of_a_command, wrong_exit_status, unchecked_exit_status, expected_failure, text_that_never_comes,
    port_that_never_listens, listening_program_that_dies, program_still_running, process_left_behind,
    process_that_left_the_session, everything_is_killed, runaways_are_killed, input_to_nobody, ctrl_c_and_ctrl_d, two_terminals, port_is_mapped_back,
    descriptors_start_at_three, only_one_cargo_command, awkward_path, folder_is_empty_and_private,
    failing_session_names_its_files, overwrite_then_compare, overwrite_keeps_a_fitting_sample,
    overwrite_refuses_what_does_not_fit, overwrite_takes_one_run, real_cargo,
);

fn session(text: &str) -> Session {
    Session::parse(Path::new("listings/ch01/sessions/demo.toml"), text)
        .unwrap_or_else(|why| panic!("{why}"))
}

fn run(text: &str) -> Result<Transcripts, String> {
    stage::run_in(Cargo::Shim, |stage| runner::run(&session(text), stage))
}

/// 一个终端、只敲命令的会话，顶上可以加别的声明。
fn shell(head: &str, steps: &[&str]) -> String {
    let mut text = format!("terminals = [\"a\"]\n{head}\n");
    for step in steps {
        text.push_str(&format!("[[step]]\nin = \"a\"\n{step}\n"));
    }
    text
}

#[track_caller]
fn prints(text: &str, expected: &str) {
    match run(text) {
        Ok(texts) => assert_eq!(texts.get("a").map(String::as_str), Some(expected)),
        Err(why) => panic!("{why}"),
    }
}

#[track_caller]
fn fails(text: &str, words: &[&str]) {
    match run(text) {
        Ok(texts) => panic!("应当失败：{texts:?}"),
        Err(why) => {
            for word in words {
                assert!(why.contains(word), "说明里没有“{word}”：{why}");
            }
        }
    }
}

/// 录音里有敲的命令和它的输出；变量留到下一条命令。
fn transcript_of_a_command() {
    prints(
        &shell(
            "",
            &["type = 'x=你好'", "type = 'echo \"$x\"; echo 错 >&2'"],
        ),
        "$ x=你好\n$ echo \"$x\"; echo 错 >&2\n你好\n错\n",
    );
}

/// 退出状态不对，说出期望和实际，附上录音。
fn wrong_exit_status() {
    fails(
        &shell(
            "",
            &["type = 'echo 前; exit_with() { return 3; }; exit_with'\nuntil = { exit = 0 }"],
        ),
        &["第 1 步", "期望 0，实际 3", "前\n"],
    );
}

/// 没写 until 的命令也要以 0 结束。
fn unchecked_exit_status() {
    fails(&shell("", &["type = 'false'"]), &["期望 0，实际 1"]);
    fails(
        &shell("", &["type = 'false'", "type = 'true'"]),
        &["期望 0，实际 1"],
    );
}

/// 本来就该失败的命令。
fn expected_failure() {
    prints(
        &shell("", &["type = 'false'\nuntil = { exit = 1 }"]),
        "$ false\n",
    );
}

/// 等不到的文字，到时限为止。
fn text_that_never_comes() {
    fails(
        &shell(
            "deadline = 1",
            &["type = 'echo 早'\nuntil = { text = '晚' }"],
        ),
        &["等“晚”出现：超时", "早\n"],
    );
}

/// 没有人监听的端口。
fn port_that_never_listens() {
    fails(
        &shell(
            "deadline = 1",
            &["type = 'cat'\nuntil = { listening = 9190 }"],
        ),
        &["等端口 9190 就绪：超时"],
    );
}

/// 本该监听的程序先死了：不用等到时限。
fn listening_program_that_dies() {
    fails(
        &shell(
            "",
            &["type = 'echo 端口被占; false'\nuntil = { listening = 9190 }"],
        ),
        &["命令先结束了，退出状态 1", "端口被占"],
    );
}

/// 上一条命令还没结束就敲下一条：等它，等不到就是错。
fn program_still_running() {
    fails(
        &shell(
            "deadline = 1",
            &[
                "type = 'echo 在; cat'\nuntil = { text = '在' }",
                "type = 'ls'",
            ],
        ),
        &["第 2 步", "等命令结束：超时"],
    );
}

/// 会话结束时还有后台进程。
fn process_left_behind() {
    fails(&shell("", &["type = 'sleep 1000 &'"]), &["还有进程在运行"]);
}

/// 换了会话的后台进程也算：守护进程不会悄悄留下来。
fn process_that_left_the_session() {
    fails(
        &shell("", &["type = 'setsid -f sleep 1000'\nuntil = { exit = 0 }"]),
        &["还有进程在运行"],
    );
}

/// 这次会话才有的一个秒数，用来在全部进程里认出自己启动的 sleep。
fn marker(number: u32) -> String {
    format!("1000.{}{number:02}", std::process::id())
}

#[track_caller]
fn all_gone(marker: &str) {
    let alive = || {
        std::fs::read_dir("/proc")
            .into_iter()
            .flatten()
            .flatten()
            .any(|entry| {
                std::fs::read(entry.path().join("cmdline")).is_ok_and(|line| {
                    line.split(|&byte| byte == 0)
                        .any(|word| word == marker.as_bytes())
                })
            })
    };
    // 被杀的进程要等父进程来收；它不再运行，但可能还看得见一小会儿。
    let deadline = Instant::now() + Duration::from_secs(10);
    while alive() {
        assert!(Instant::now() < deadline, "sleep {marker} 还活着");
        std::thread::yield_now();
    }
}

/// 不管怎样结束，启动过的一切都杀掉，忽略 SIGTERM、SIGHUP 的也一样。
fn everything_is_killed() {
    let marker = marker(0);
    fails(
        &shell(
            "deadline = 1",
            &[&format!(
                "type = '(trap \"\" TERM HUP INT; sleep {marker}; sleep {marker}) & cat'\nuntil = {{ text = '不会来' }}"
            )],
        ),
        &["超时"],
    );
    all_gone(&marker);
}

/// 想跑掉的也杀掉：换会话、fork 两次、换掉环境、父进程先死、连 shell 也先死。
/// 循环有头：测试自己半途被杀的话，没有人收拾，也不会一直 fork 下去。
fn runaways_are_killed() {
    for (number, (escape, words)) in [
        ("setsid -f sleep @; false", "期望 0，实际 1"),
        (
            "env -i setsid -f setsid -f sleep @; false",
            "期望 0，实际 1",
        ),
        (
            "(setsid sh -c \"sleep @ & sleep @\" &) ; false",
            "期望 0，实际 1",
        ),
        (
            "setsid -f sh -c \"for i in $(seq 300); do setsid -f sleep @; sleep 0.01; done\"; false",
            "期望 0，实际 1",
        ),
        ("for i in $(seq 300); do setsid -f sleep @; sleep 0.01; done", "超时"),
        ("setsid -f sleep @; kill -9 $$", "等命令结束"),
        ("setsid -f setsid -f sleep @; exit 0", "等命令结束"),
    ]
    .into_iter()
    .enumerate()
    {
        let marker = marker(number as u32 + 1);
        let command = escape.replace('@', &marker);
        let step = format!("type = '{command}'\nuntil = {{ exit = 0 }}");
        fails(&shell("deadline = 1", &[&step]), &[words]);
        all_gone(&marker);
    }
}

/// 没有程序在运行时，输入没有人收。
fn input_to_nobody() {
    fails(
        &shell("", &["type = 'true'\nuntil = { exit = 0 }", "send = 'x'"]),
        &["没有程序在运行"],
    );
}

/// 控制键和真的终端一样：Ctrl-C 是 130，Ctrl-D 是输入结束；shell 自己不受影响。
fn ctrl_c_and_ctrl_d() {
    prints(
        &shell(
            "",
            &[
                "type = 'sh -c \"echo 一; exec cat\"'\nuntil = { text = '一' }",
                "key = 'ctrl-c'\nuntil = { exit = 130 }",
                "type = 'sh -c \"echo 二; exec cat\"'\nuntil = { text = '二' }",
                "send = '三'\nuntil = { text = \"三\\n三\" }",
                "key = 'ctrl-d'\nuntil = { exit = 0 }",
            ],
        ),
        "$ sh -c \"echo 一; exec cat\"\n一\n^C$ sh -c \"echo 二; exec cat\"\n二\n三\n三\n",
    );
}

/// 两个终端各有各的录音，互相看得见对方做完的事。
fn two_terminals() {
    let texts = run(
        "terminals = [\"a\", \"b\"]\n[[step]]\nin = \"a\"\ntype = 'echo x > f'\n[[step]]\nin = \"a\"\nuntil = { exit = 0 }\n[[step]]\nin = \"b\"\ntype = 'cat f'\n",
    );
    let texts = texts.unwrap_or_else(|why| panic!("{why}"));
    assert_eq!(texts["a"], "$ echo x > f\n");
    assert_eq!(texts["b"], "$ cat f\nx\n");
}

/// 命令里的 9190 换成真的端口，录音里又换回来。
fn port_is_mapped_back() {
    prints(
        &shell(
            "ports = [9190]",
            &["type = 'echo 9190 19190; test 9190 -ne $((9000 + 190))'"],
        ),
        "$ echo 9190 19190; test 9190 -ne $((9000 + 190))\n9190 19190\n",
    );
}

/// 程序拿到的描述符只有 0、1、2，下一个是 3。
fn descriptors_start_at_three() {
    prints(
        &shell("", &["type = 'ls /proc/self/fd | tr \"\\n\" \" \"; echo'"]),
        "$ ls /proc/self/fd | tr \"\\n\" \" \"; echo\n0 1 2 3 \n",
    );
}

/// 只替换 `cargo run -q --bin`；别的写法要报错，免得悄悄做了别的事。
fn only_one_cargo_command() {
    fails(
        &shell("", &["type = 'cargo run --bin hello_server 9190'"]),
        &["101", "只能写"],
    );
    fails(
        &shell("", &["type = 'cargo run -q --bin nobody'"]),
        &["101", "没有程序 nobody"],
    );
}

/// 仓库放在名字古怪的文件夹里也一样跑。
fn awkward_path() {
    let folder = "it's a $HOME `x` \"中文\" \\ *";
    let test = BookTest::new().executable(&format!("{folder}/greet"), "#!/bin/sh\necho \"$1\"\n");
    let scratch = test.root().join(folder);
    let binaries = [("greet".to_owned(), scratch.join("greet"))].into();
    let session = session(&shell(
        "",
        &["type = 'cargo run -q --bin greet \"a  b\"; touch f'"],
    ));
    let texts = Programs::with_shims(binaries, None, &scratch).and_then(|programs| {
        let stage = runner::Stage {
            root: test.root(),
            programs: &programs,
            scratch: &scratch,
            cargo: Cargo::Shim,
        };
        runner::run(&session, &stage)
    });
    let texts = texts.unwrap_or_else(|why| panic!("{why}"));
    assert_eq!(
        texts["a"],
        "$ cargo run -q --bin greet \"a  b\"; touch f\na  b\n"
    );
}

/// 工作文件夹是空的，权限掩码、语言环境、窗口大小都固定。
fn folder_is_empty_and_private() {
    prints(
        &shell("", &["type = 'ls -A; umask; echo $LC_ALL; stty size'"]),
        "$ ls -A; umask; echo $LC_ALL; stty size\n0022\nC.UTF-8\n24 80\n",
    );
}

fn greeting(command: &str, vary: &str) -> BookTest {
    let text =
        format!("terminals = [\"shell\"]\n[[step]]\nin = \"shell\"\ntype = '{command}'\n{vary}");
    BookTest::new().write("listings/ch01/sessions/greet.toml", &text)
}

fn check(test: &BookTest, overwrite: bool) -> Result<(), String> {
    let file = Path::new("listings/ch01/sessions/greet.toml");
    let mut session = Session::load(&test.root().join(file))?;
    session.file = file.to_owned();
    stage::run_in(Cargo::Shim, |stage| {
        let stage = runner::Stage {
            root: test.root(),
            ..*stage
        };
        runner::check(&session, &stage, overwrite)
    })
}

fn recording(test: &BookTest) -> String {
    std::fs::read_to_string(
        test.root()
            .join("listings/ch01/sessions/greet.shell.console"),
    )
    .unwrap_or_default()
}

/// 不符时说出：哪份录音、差在哪里、会话文件、怎样重录。
fn failing_session_names_its_files() {
    match check(&greeting("echo 再见", ""), false) {
        Ok(()) => panic!("应当不符"),
        Err(why) => {
            for word in [
                "listings/ch01/sessions/greet.shell.console:1",
                "- 你好",
                "+ 再见",
                "listings/ch01/sessions/greet.toml",
                "SNAPSHOTS=overwrite cargo test --test book session::ch01/greet",
            ] {
                assert!(why.contains(word), "说明里没有“{word}”：{why}");
            }
        }
    }
}

/// 重录以后就相符了。
fn overwrite_then_compare() {
    let test = greeting("echo 再见", "");
    assert_eq!(check(&test, true), Ok(()));
    assert_eq!(recording(&test), "$ echo 再见\n再见\n");
    assert_eq!(check(&test, false), Ok(()));
}

/// 还合格的录音不动，免得每次重录都改一堆端口号。
fn overwrite_keeps_a_fitting_sample() {
    let vary = "[[vary]]\nin = \"shell\"\nline = \"进程 {pid}\"\npid = { pid = true }\n";
    let test = greeting("echo 进程 $$", vary).write(
        "listings/ch01/sessions/greet.shell.console",
        "$ echo 进程 $$\n进程 1\n",
    );
    assert_eq!(check(&test, true), Ok(()));
    assert_eq!(recording(&test), "$ echo 进程 $$\n进程 1\n");
}

/// 新录音不符合声明，就不写下去。
fn overwrite_refuses_what_does_not_fit() {
    let vary = "[[vary]]\nin = \"shell\"\nline = \"进程 {pid}\"\npid = { pid = true }\n";
    let test = greeting("echo 没有号码", vary);
    assert!(check(&test, true).is_err());
    assert_eq!(recording(&test), "$ cargo run -q --bin greet\n你好\n");
}

/// 两个终端里只有一个不再符合，也全部改写：一个会话的录音要来自同一次运行。
fn overwrite_takes_one_run() {
    let vary = |terminal| {
        format!("[[vary]]\nin = \"{terminal}\"\nline = \"进程 {{pid}}\"\npid = {{ pid = true }}\n")
    };
    let session = format!(
        "terminals = [\"a\", \"b\"]\n\
         [[step]]\nin = \"a\"\ntype = 'echo 进程 $$ | tee f'\nuntil = {{ exit = 0 }}\n\
         [[step]]\nin = \"b\"\ntype = 'cat f'\n{}{}",
        vary("a"),
        vary("b"),
    );
    let file = |terminal| format!("listings/ch01/sessions/greet.{terminal}.console");
    let test = BookTest::new()
        .write("listings/ch01/sessions/greet.toml", &session)
        .write(&file("a"), "$ echo 进程 $$ | tee f\n进程 1\n")
        .write(&file("b"), "$ cat g\n进程 1\n");
    assert_eq!(check(&test, true), Ok(()));
    let read =
        |terminal| std::fs::read_to_string(test.root().join(file(terminal))).unwrap_or_default();
    let (a, b) = (read("a"), read("b"));
    assert_eq!(a.lines().last(), b.lines().last(), "{a}{b}");
    assert_ne!(a.lines().last(), Some("进程 1"), "a 仍是上一次的");
}

/// 会话里替换了 cargo run；用真的 cargo 跑同一个会话，录音一样。
fn real_cargo() {
    for name in ["ch01/hello", "ch01/fd_seri"] {
        let book = stage::book().unwrap_or_else(|why| panic!("{why}"));
        let session = book
            .session(name)
            .unwrap_or_else(|| panic!("没有会话 {name}"));
        let result = stage::run_in(Cargo::Real, |stage| runner::check(session, stage, false));
        if let Err(why) = result {
            panic!("{name}：{why}");
        }
    }
}
