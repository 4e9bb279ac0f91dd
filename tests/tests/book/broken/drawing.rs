//! 从 strace 的输出到图：读得懂、对得齐、没有保证的不画。

use std::collections::BTreeMap;
use std::path::Path;

use book_tests::drawing::{self, trace};
use book_tests::runner::{self, Cargo};
use book_tests::session::Session;
use trace::Call;

use super::{BookTest, tests};
use crate::stage;

tests!("drawing":
    calls_on_sockets_only, unfinished_lines_are_joined, bytes_are_decoded, two_processes_are_refused,
    interrupted_calls_count_once, polled_connect_is_one_call, failed_call_is_kept,
    waits_for_the_partner, queued_bytes_do_not_wait, one_send_many_reads, datagrams_in_turn,
    read_that_may_get_more_is_refused, read_of_two_racing_sends_is_refused, unknown_terminal_name,
    wrong_bytes_are_refused, one_terminal_cannot_be_drawn, speed_does_not_matter,
    mismatch_names_the_file, overwrite_redraws, gamble_of_the_book_is_refused,
);

fn parse(text: &str) -> Vec<Call> {
    trace::parse(text).unwrap_or_else(|why| panic!("{why}"))
}

fn session(steps: &str) -> Session {
    let text = format!("terminals = [\"server\", \"client\"]\ndraw = true\n{steps}");
    Session::parse(Path::new("listings/ch01/sessions/demo.toml"), &text)
        .unwrap_or_else(|why| panic!("{why}"))
}

const STEPS: &str = "
[[step]]
in = \"server\"
type = \"cargo run -q --bin hello_server 9190\"
until = { listening = 9190 }
[[step]]
in = \"client\"
type = \"cargo run -q --bin hello_client 127.0.0.1 9190\"
until = { exit = 0 }
";

const LISTEN: &str = "1 socket(AF_INET, SOCK_STREAM|SOCK_CLOEXEC, IPPROTO_IP) = 3
1 bind(3, {sa_family=AF_INET, sin_port=htons(9190), sin_addr=inet_addr(\"127.0.0.1\")}, 16) = 0
1 listen(3, 128) = 0
1 accept4(3, {sa_family=AF_INET, sin_port=htons(54321)}, [16], SOCK_CLOEXEC) = 4
";

const CONNECT: &str = "2 socket(AF_INET, SOCK_STREAM|SOCK_CLOEXEC, IPPROTO_IP) = 3
2 connect(3, {sa_family=AF_INET, sin_port=htons(9190), sin_addr=inet_addr(\"127.0.0.1\")}, 16) = 0
";

/// 画一幅图：服务器、客户端在 `LISTEN`、`CONNECT` 之后各做了什么。
fn draw(steps: &str, server: &str, client: &str) -> Result<String, String> {
    let traces = BTreeMap::from([
        ("server".to_owned(), vec![format!("{LISTEN}{server}")]),
        ("client".to_owned(), vec![format!("{CONNECT}{client}")]),
    ]);
    drawing::draw_traces(&session(steps), &traces)
}

#[track_caller]
fn tells(svg: Result<String, String>, sentences: &[&str]) {
    let svg = svg.unwrap_or_else(|why| panic!("{why}"));
    let mut rest = svg.as_str();
    for sentence in sentences {
        match rest.split_once(sentence) {
            Some((_, after)) => rest = after,
            None => panic!("“{sentence}”不在该在的地方：\n{svg}"),
        }
    }
}

#[track_caller]
fn refuses(svg: Result<String, String>, words: &str) {
    match svg {
        Ok(svg) => panic!("应当拒绝：\n{svg}"),
        Err(why) => assert!(why.contains(words), "说明里没有“{words}”：{why}"),
    }
}

/// 文件的读写关闭、屏幕以外的写，都与图无关。
fn calls_on_sockets_only() {
    let calls = parse(
        "7 read(3, \"ELF\", 832) = 3\n7 close(3) = 0\n7 socket(AF_INET, SOCK_STREAM, IPPROTO_IP) = 3\n7 write(5, \"x\", 1) = 1\n7 write(3, \"x\", 1) = 1\n7 close(3) = 0\n7 read(3, \"y\", 1) = 1\n",
    );
    let names: Vec<_> = calls.iter().map(std::mem::discriminant).collect();
    let expected = [
        Call::Socket {
            fd: 3,
            stream: true,
        },
        Call::Send {
            name: "write".into(),
            fd: 3,
            data: b"x".to_vec(),
        },
        Call::Close { fd: 3 },
    ];
    assert_eq!(names, expected.each_ref().map(std::mem::discriminant));
    assert_eq!(calls, expected);
}

/// 调用停下来等的时候，strace 把它拆成两行。
fn unfinished_lines_are_joined() {
    let calls = parse(
        "7  socket(AF_INET, SOCK_STREAM, IPPROTO_IP) = 3\n7  accept4(3,  <unfinished ...>\n7  <... accept4 resumed>{sa_family=AF_INET}, [16], SOCK_CLOEXEC) = 4\n",
    );
    assert_eq!(calls.last(), Some(&Call::Accept { fd: 4 }));
}

/// 引号里的逗号、括号、转义都是内容。
fn bytes_are_decoded() {
    let calls = parse(
        "7 socket(AF_INET, SOCK_STREAM, IPPROTO_IP) = 3\n7 write(3, \"a,)\\\"\\n\\346\\0001\", 8) = 7\n",
    );
    match calls.last() {
        Some(Call::Send { data, .. }) => assert_eq!(data, b"a,)\"\n\xe6\0"),
        other => panic!("{other:?}"),
    }
}

/// 两个进程谁先谁后没有保证。
fn two_processes_are_refused() {
    let two = "7 exit_group(0) = ?\n8 exit_group(0) = ?\n";
    match trace::parse(two) {
        Ok(calls) => panic!("应当拒绝：{calls:?}"),
        Err(why) => assert!(why.contains("不止一个进程"), "{why}"),
    }
}

/// 被信号打断、重来的调用只算一次。
fn interrupted_calls_count_once() {
    let calls = parse(
        "7 socket(AF_INET, SOCK_STREAM, IPPROTO_IP) = 3\n7 read(3, 0x7ffc, 9) = ? ERESTARTSYS (To be restarted)\n7 read(3, 0x7ffc, 9) = -1 EINTR (Interrupted system call)\n7 read(3, \"\", 9) = 0\n",
    );
    assert_eq!(calls.len(), 2, "{calls:?}");
}

/// std 的 connect_timeout：先发起，再等它连好。
fn polled_connect_is_one_call() {
    let calls = parse(
        "7 socket(AF_INET, SOCK_STREAM, IPPROTO_IP) = 3\n7 connect(3, {sa_family=AF_INET}, 16) = -1 EINPROGRESS (Operation now in progress)\n7 poll([{fd=3, events=POLLOUT}], 1, 4999) = 1 ([{fd=3, revents=POLLOUT}])\n",
    );
    assert_eq!(
        calls[1..],
        [Call::Connect {
            fd: 3,
            polled: true
        }]
    );
}

/// 失败也是图的一部分。
fn failed_call_is_kept() {
    let calls = parse(
        "7 socket(AF_INET, SOCK_STREAM, IPPROTO_IP) = 3\n7 connect(3, {sa_family=AF_INET}, 16) = -1 ECONNREFUSED (Connection refused)\n",
    );
    let failed = Call::Failed {
        name: "connect".into(),
        error: "ECONNREFUSED".into(),
    };
    assert_eq!(calls[1..], [failed]);
}

/// 没有保证对端先到，就要等：accept 等连接请求，read 等字节，再等关闭。
fn waits_for_the_partner() {
    let svg = draw(
        STEPS,
        "1 write(4, \"hi\", 2) = 2\n1 close(4) = 0\n",
        "2 read(3, \"hi\", 9) = 2\n2 read(3, \"\", 9) = 0\n",
    );
    tells(
        svg,
        &[
            "服务器调用 accept，等待。",
            "客户端调用 connect",
            "服务器的 accept 返回新的描述符 4。",
            "客户端调用 read，等待。",
            "服务器调用 write，发出 2 字节“hi”。",
            "客户端的 read 得到 2 字节“hi”。",
            "服务器调用 close，关闭描述符 4，内核发出 FIN。",
            "客户端的 read 返回 0",
        ],
    );
}

/// 会话的步骤保证了字节先到，就不用等，而是从缓冲区里取。
fn queued_bytes_do_not_wait() {
    let steps = "
[[step]]
in = \"server\"
type = \"cargo run -q --bin hello_server 9190\"
until = { listening = 9190 }
[[step]]
in = \"client\"
type = \"cargo run -q --bin hello_client 127.0.0.1 9190\"
[[step]]
in = \"server\"
until = { exit = 0 }
[[step]]
in = \"client\"
send = \"go\"
";
    let svg = draw(
        steps,
        "1 write(4, \"a\", 1) = 1\n1 write(4, \"b\", 1) = 1\n1 exit_group(0) = ?\n",
        "2 read(0, \"go\\n\", 99) = 3\n2 read(3, \"ab\", 9) = 2\n",
    );
    tells(
        svg,
        &[
            "服务器的程序退出。",
            "客户端等到键盘上输入了 go。",
            "客户端调用 read，从接收缓冲区得到 2 字节“ab”。",
        ],
    );
}

/// 一次发送分几次读：第一次等，其余的已经在缓冲区里。
fn one_send_many_reads() {
    let svg = draw(
        STEPS,
        "1 write(4, \"ab\", 2) = 2\n",
        "2 read(3, \"a\", 1) = 1\n2 read(3, \"b\", 1) = 1\n",
    );
    tells(
        svg,
        &[
            "客户端调用 read，等待。",
            "客户端的 read 得到 1 字节“a”。",
            "客户端调用 read，从接收缓冲区得到 1 字节“b”。",
        ],
    );
}

/// 第 k 次发送由第 k 次接收收到。
fn datagrams_in_turn() {
    let socket = "1 socket(AF_INET, SOCK_DGRAM|SOCK_CLOEXEC, IPPROTO_IP) = 3\n";
    let traces = BTreeMap::from([
        (
            "server".to_owned(),
            vec![format!(
                "{socket}1 bind(3, {{sin_port=htons(9190)}}, 16) = 0\n1 recvfrom(3, \"a\", 9, 0, NULL, NULL) = 1\n1 recvfrom(3, \"bc\", 9, 0, NULL, NULL) = 2\n"
            )],
        ),
        (
            "client".to_owned(),
            vec![format!(
                "{socket}1 sendto(3, \"a\", 1, 0, NULL, 0) = 1\n1 sendto(3, \"bc\", 2, 0, NULL, 0) = 2\n"
            )],
        ),
    ]);
    tells(
        drawing::draw_traces(&session(STEPS), &traces),
        &[
            "发出 1 字节“a”",
            "服务器的 recvfrom 得到 1 字节“a”",
            "发出 2 字节“bc”",
            "服务器的 recvfrom 得到 2 字节“bc”",
        ],
    );
}

/// 读到 1 个，也可能读到 2 个：第二次发送没有等这次读完。
fn read_that_may_get_more_is_refused() {
    let svg = draw(
        STEPS,
        "1 write(4, \"a\", 1) = 1\n1 write(4, \"b\", 1) = 1\n",
        "2 read(3, \"a\", 9) = 1\n2 read(3, \"b\", 9) = 1\n",
    );
    refuses(svg, "后面的字节可能也已经到了");
}

/// 一次读到两次发送的字节，而这两次发送没有都在读之前。
fn read_of_two_racing_sends_is_refused() {
    let svg = draw(
        STEPS,
        "1 write(4, \"a\", 1) = 1\n1 write(4, \"b\", 1) = 1\n",
        "2 read(3, \"ab\", 9) = 2\n",
    );
    refuses(svg, "碰巧一起到");
}

/// 图里要有中文称呼。
fn unknown_terminal_name() {
    let text = "terminals = [\"left\", \"right\"]\ndraw = true\n[[step]]\nin = \"left\"\ntype = \"cargo run -q --bin x\"\n[[step]]\nin = \"right\"\ntype = \"cargo run -q --bin x\"\n";
    let session = Session::parse(Path::new("listings/ch01/sessions/demo.toml"), text)
        .unwrap_or_else(|why| panic!("{why}"));
    refuses(
        drawing::draw_traces(&session, &BTreeMap::new()),
        "终端 left 在图里没有称呼",
    );
}

/// 收发对不上，说明配错了连接。
fn wrong_bytes_are_refused() {
    let svg = draw(
        STEPS,
        "1 write(4, \"a\", 1) = 1\n",
        "2 read(3, \"b\", 9) = 1\n",
    );
    refuses(svg, "收到的字节和发出的不同");
}

/// 图是两边的图。
fn one_terminal_cannot_be_drawn() {
    let text = "terminals = [\"server\"]\ndraw = true\n[[step]]\nin = \"server\"\ntype = \"ls\"\n";
    match Session::parse(Path::new("demo.toml"), text) {
        Ok(_) => panic!("应当拒绝"),
        Err(why) => assert!(why.contains("两个终端"), "{why}"),
    }
}

/// 记录里时间的先后、临时端口、进程号变了，图不变。
fn speed_does_not_matter() {
    let (server, client) = (
        "1 write(4, \"hi\", 2) = 2\n1 close(4) = 0\n",
        "2 read(3, \"hi\", 9) = 2\n2 read(3, \"\", 9) = 0\n",
    );
    let slow = "2 read(3,  <unfinished ...>\n2 <... read resumed>\"hi\", 9) = 2\n2 read(3,  <unfinished ...>\n2 <... read resumed>\"\", 9) = 0\n";
    let other = |text: &str| text.replace("54321", "61234").replace("1 ", "4111 ");
    let traces = BTreeMap::from([
        ("server".to_owned(), vec![other(LISTEN) + &other(server)]),
        ("client".to_owned(), vec![format!("{CONNECT}{slow}")]),
    ]);
    let again = drawing::draw_traces(&session(STEPS), &traces);
    assert_eq!(draw(STEPS, server, client), again);
}

/// 一本小书里的 hello：图对着它画。
fn small_book() -> (BookTest, Session) {
    let file = "listings/ch01/sessions/hello.toml";
    let text = std::fs::read_to_string(stage::root().join(file)).unwrap_or_default();
    let session = Session::parse(Path::new(file), &text).unwrap_or_else(|why| panic!("{why}"));
    (BookTest::new(), session)
}

fn check(test: &BookTest, session: &Session, overwrite: bool) -> Result<(), String> {
    stage::run_in(Cargo::Shim, |stage| {
        let stage = runner::Stage {
            root: test.root(),
            ..*stage
        };
        drawing::check(session, &stage, overwrite)
    })
}

fn no_strace() -> bool {
    book_tests::requires::Requirement::Strace
        .missing()
        .is_some()
}

/// 不符时说出哪幅图、差在哪里、怎样重画。
fn mismatch_names_the_file() {
    if no_strace() {
        return;
    }
    let (test, session) = small_book();
    let test = test.write("listings/ch01/sessions/hello.svg", "<svg></svg>\n");
    match check(&test, &session, false) {
        Ok(()) => panic!("应当不符"),
        Err(why) => {
            for word in [
                "- <svg></svg>",
                "listings/ch01/sessions/hello.svg",
                "SNAPSHOTS=overwrite cargo test --test book drawing::ch01/hello",
            ] {
                assert!(why.contains(word), "说明里没有“{word}”：{why}");
            }
        }
    }
}

/// 重画以后就相符了，而且和仓库里的那幅一个字节不差。
fn overwrite_redraws() {
    if no_strace() {
        return;
    }
    let (test, session) = small_book();
    assert_eq!(check(&test, &session, true), Ok(()));
    assert_eq!(check(&test, &session, false), Ok(()));
    let read = |root: &Path| {
        std::fs::read_to_string(root.join("listings/ch01/sessions/hello.svg")).unwrap_or_default()
    };
    assert_eq!(read(test.root()), read(stage::root()));
}

/// 书里的赌博，不管这一次是输是赢，都画不了。
fn gamble_of_the_book_is_refused() {
    if no_strace() {
        return;
    }
    let text = "
[[step]]
in = \"server\"
type = \"cargo run -q --bin tcp_server_wait 9190 1\"
until = { listening = 9190 }
[[step]]
in = \"client\"
type = \"cargo run -q --bin tcp_client_wait_eof 127.0.0.1 9190\"
until = { exit = 0 }
";
    let session = session(text);
    let drawn = stage::run_in(Cargo::Shim, |stage| drawing::draw(&session, stage));
    refuses(drawn, "取决于谁快谁慢");
}
