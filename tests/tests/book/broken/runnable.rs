//! ▶ 的检查自己的测试：用 shell 脚本冒充程序。

use std::time::Duration;

use book_tests::runnable::{LIMIT, check};

use super::{BookTest, tests};

tests!("runnable": quiet_program, failing_program, endless_program, program_that_writes, no_outside_network);

fn run(script: &str, limit: Duration) -> Result<(), String> {
    let test = BookTest::new().executable("program", &format!("#!/bin/sh\n{script}\n"));
    check(
        &test.root().join("program"),
        &test.root().join("scratch"),
        limit,
    )
}

#[track_caller]
fn finds(script: &str, limit: Duration, words: &str) {
    match run(script, limit) {
        Ok(()) => panic!("应当不许有 ▶：{script}"),
        Err(why) => assert!(why.contains(words), "说明里没有“{words}”：{why}"),
    }
}

/// 自己跑得完的程序。
fn quiet_program() {
    assert_eq!(run("echo 你好", LIMIT), Ok(()));
}

/// 要参数的程序，不给参数就以 2 退出。
fn failing_program() {
    finds("echo 要参数 >&2; exit 2", LIMIT, "退出状态 2");
}

/// 等人来连的服务器。
fn endless_program() {
    finds("exec sleep 1000", Duration::from_millis(300), "还在跑");
}

/// 运行服务上没有读者的文件夹。
fn program_that_writes() {
    finds("echo x > data.txt", LIMIT, "不写文件");
}

/// 系统许可的话，里面只有环回接口：表头两行，加上 lo 一行。
fn no_outside_network() {
    // SAFETY: 只传整数；在子线程里试一下就知道许不许，试完线程就结束。
    let allowed = std::thread::spawn(|| unsafe { libc::unshare(libc::CLONE_NEWNET) == 0 }).join();
    if allowed.is_ok_and(|allowed| allowed) {
        assert_eq!(run("test $(wc -l < /proc/net/dev) -eq 3", LIMIT), Ok(()));
    }
}
