//! 粗心的作者会写坏的会话：跑得通，却靠不住，或者露出了这台机器。

use book_tests::book::Book;
use book_tests::checks::sessions;

use super::{BookTest, pure, tests};

tests!("sessions":
    every_broken_session_is_named, sleep_in_session, untidy_command, port_that_nobody_declared, ports_that_are_declared, terminal_without_a_name,
    path_of_this_machine, panic_in_transcript, command_of_another_machine, conflict_in_session,
);

const SESSION: &str = "listings/ch01/sessions/greet.toml";
const TRANSCRIPT: &str = "listings/ch01/sessions/greet.shell.console";
const PROGRAM: &str = "listings/ch01/src/bin/greet.rs";

/// 读不懂的会话，几个一起说，各说出是哪一行。
fn every_broken_session_is_named() {
    let step = "[[step]]\nin = \"shell\"\ntype = \"ls\"\n";
    let head = "terminals = [\"shell\"]\n\n";
    let test = BookTest::new()
        .write(
            "listings/ch01/sessions/a.toml",
            &format!("{head}{step}\n[[step]]\nin = \"nobody\"\ntype = \"ls\"\n"),
        )
        .write(
            "listings/ch01/sessions/b.toml",
            &format!("{head}{step}\n[[vary]]\nin = \"shell\"\nline = \"端口 {{port}}\"\n"),
        )
        .write(
            "listings/ch01/sessions/c.toml",
            &format!("{head}{step}tpye = \"ls\"\n"),
        );
    let Err(why) = Book::load(test.root()) else {
        panic!("读懂了");
    };
    for expected in [
        "listings/ch01/sessions/a.toml:7：第 2 步",
        "listings/ch01/sessions/b.toml:9：“端口 {port}”",
        "listings/ch01/sessions/c.toml:6：",
    ] {
        assert!(why.contains(expected), "没有 {expected}：\n{why}");
    }
}

/// 等几秒靠的是运气。
fn sleep_in_session() {
    BookTest::new()
        .edit(
            SESSION,
            "cargo run -q --bin greet",
            "cargo run -q --bin greet & sleep 1; echo sleep",
        )
        .finds(
            pure(sessions::check),
            &[("listings/ch01/sessions/greet.toml:5", "sleep")],
        );
}

/// 读者照抄的那一行，多余的空格也照抄。
fn untidy_command() {
    BookTest::new()
        .edit(
            SESSION,
            "cargo run -q --bin greet",
            " cargo run  -q --bin greet ",
        )
        .finds(
            pure(sessions::check),
            &[("listings/ch01/sessions/greet.toml:5", "空格")],
        );
}

/// 没声明的端口不会换成空闲的：机器上正好有人用它，测试就时好时坏。
fn port_that_nobody_declared() {
    BookTest::new()
        .edit(
            PROGRAM,
            "println!(\"你好\")",
            "println!(\"少了参数。用法：greet <IP> <端口> [次数]\")",
        )
        .edit(SESSION, "--bin greet", "--bin greet 127.0.0.1 9191 5000")
        .finds(
            pure(sessions::check),
            &[("listings/ch01/sessions/greet.toml:5", "9191")],
        );
}

/// 声明了的、等到监听的、故意写错的，都可以。
fn ports_that_are_declared() {
    BookTest::new()
        .edit(PROGRAM, "println!(\"你好\")", "println!(\"少了参数。用法：greet <端口>\")")
        .write(
            SESSION,
            "terminals = [\"shell\"]\nports = [9191]\n[[step]]\nin = \"shell\"\ntype = \"cargo run -q --bin greet 9190\"\nuntil = { listening = 9190 }\n[[step]]\nin = \"shell\"\ntype = \"cargo run -q --bin greet -- 9191 | cat\"\n[[step]]\nin = \"shell\"\ntype = \"cargo run -q --bin greet 99999\"\n",
        )
        .finds(pure(sessions::check), &[]);
}

/// 页面上不认得的终端，露出英文。
fn terminal_without_a_name() {
    BookTest::new()
        .write(
            "theme/ui.js",
            "const names = {\n    server: '服务器',\n};\n",
        )
        .finds(
            pure(sessions::check),
            &[("listings/ch01/sessions/greet.toml:1", "shell")],
        );
}

/// 录音里有这台机器的路径，别的机器上不会一样。
fn path_of_this_machine() {
    BookTest::new()
        .write(TRANSCRIPT, "$ cargo run -q --bin greet\nexecve(\"/home/me/book/target/debug/greet\") = 0\n打开 /tmp/x.txt\n")
        .finds(
            pure(sessions::check),
            &[
                ("listings/ch01/sessions/greet.shell.console:2", "/home/me"),
                ("listings/ch01/sessions/greet.shell.console:3", "/tmp/x.txt"),
            ],
        );
}

/// 程序 panic 了，录音照样录下来。
fn panic_in_transcript() {
    BookTest::new()
        .write(
            TRANSCRIPT,
            "$ cargo run -q --bin greet\nthread 'main' panicked at src/main.rs:1:1:\n",
        )
        .finds(
            pure(sessions::check),
            &[("listings/ch01/sessions/greet.shell.console:2", "panic")],
        );
}

/// 要联网、要装别的东西、要 root 的命令，读者的机器上不一定行。
fn command_of_another_machine() {
    BookTest::new()
        .edit(
            SESSION,
            "cargo run -q --bin greet",
            "curl -s http://example.com/ | sudo tee x; cargo run -q --bin greet",
        )
        .finds(
            pure(sessions::check),
            &[
                ("listings/ch01/sessions/greet.toml:5", "curl"),
                ("listings/ch01/sessions/greet.toml:5", "sudo"),
            ],
        );
}

/// 合并到一半的录音。
fn conflict_in_session() {
    BookTest::new()
        .write(TRANSCRIPT, "$ cargo run -q --bin greet\n<<<<<<< HEAD\n")
        .finds(
            pure(sessions::check),
            &[("listings/ch01/sessions/greet.shell.console:2", "<<<<<<<")],
        );
}
