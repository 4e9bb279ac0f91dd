//! 行内写到的 API 和名字真的存在。

use std::collections::BTreeMap;
use std::sync::OnceLock;

use book_tests::book::Book;
use book_tests::checks::api_paths::{self, names, paths};
use book_tests::finding::Finding;

use super::{BookTest, checks, found, tests};
use crate::stage;

tests!("api_paths":
    bad_api_path, bad_method, paths_anywhere_in_a_span, good_paths_anywhere, what_is_a_path,
    misspelt_names, every_place_of_it, what_is_a_name,
);

const PAGE: &str = "src/ch01/greet.md";

/// 测试的名字，和怎样造它的小书。
type Asked = (&'static str, fn() -> BookTest);

/// 要问 rustdoc 的小书。启动 rustdoc 很贵：几本一起问，各得各的答案。
const BOOKS: [Asked; 8] = [
    ("good_book", BookTest::new),
    ("good_prose", checks::book_with_good_prose),
    ("bad_api_path", || with("调用 `libc::sokcet`。")),
    ("bad_method", || with("调用 `TcpListener::listen(128)`。")),
    ("paths_anywhere_in_a_span", || {
        with(&SPANS.map(|(span, _)| format!("`{span}`\n")).concat())
    }),
    ("good_paths_anywhere", good_paths),
    ("misspelt_names", || {
        with(&MISSPELT.map(|(text, _)| text).join("\n"))
    }),
    ("every_place_of_it", || {
        with("`libc::sokcet`\n`libc::sokcet`\n\n| 表 |\n|---|\n| `libc::sokcet` |").edit(
            PAGE,
            "打一声招呼<",
            "用 <code>libc::sokcet</code> 打<",
        )
    }),
];

/// 测试的名字 → 它的小书里报出了什么。
type Answers = BTreeMap<&'static str, Vec<Finding>>;

/// 对 [`BOOKS`] 里的一本，检查报出了什么。
#[track_caller]
pub fn answer(name: &str) -> Vec<Finding> {
    static ANSWERS: OnceLock<Result<Answers, String>> = OnceLock::new();
    match ANSWERS.get_or_init(ask) {
        Ok(answers) => match answers.get(name) {
            Some(findings) => findings.clone(),
            None => panic!("没有问过 {name}"),
        },
        Err(why) => panic!("检查没跑成：{why}"),
    }
}

/// 把 [`BOOKS`] 全部问一遍。
fn ask() -> Result<Answers, String> {
    let libc = stage::programs()?.libc.as_deref().ok_or("没有 libc")?;
    let tests = BOOKS.map(|(_, make)| make());
    let books: Result<Vec<Book>, String> = tests.iter().map(|t| Book::load(t.root())).collect();
    let books = books?;
    let books: Vec<&Book> = books.iter().collect();
    let findings = api_paths::check_all(&books, libc, &stage::scratch())?;
    Ok(BOOKS.iter().map(|(name, _)| *name).zip(findings).collect())
}

/// 在 `## 程序` 之前插入一段；插入的从第 5 行起。
fn with(text: &str) -> BookTest {
    BookTest::new().edit(PAGE, "## 程序", &format!("{text}\n\n## 程序"))
}

/// 断言从第 5 行起，每一行报出一处。
#[track_caller]
fn one_a_line(name: &str, written: impl Iterator<Item = &'static str>) {
    let expected: Vec<(String, String)> = (5..)
        .zip(written)
        .map(|(line, written)| (format!("{PAGE}:{line}"), format!("`{written}`")))
        .collect();
    let expected: Vec<(&str, &str)> = expected
        .iter()
        .map(|(at, written)| (at.as_str(), written.as_str()))
        .collect();
    found(&answer(name), &expected);
}

/// 不存在的路径，也能说出是哪一行。
fn bad_api_path() {
    let expected = [("src/ch01/greet.md:5", "libc::sokcet")];
    found(&answer("bad_api_path"), &expected);
}

/// 类型在，方法不在。
fn bad_method() {
    let expected = [("src/ch01/greet.md:5", "TcpListener::listen")];
    found(&answer("bad_method"), &expected);
}

/// 路径前后有符号、在泛型里、在参数里、在花括号里；和要报出的路径。
const SPANS: [(&str, &str); 10] = [
    ("&libc::sokcet", "libc::sokcet"),
    ("libc::AF_INET | libc::AF_INTE", "libc::AF_INTE"),
    ("Option<std::net::TcpSteam>", "std::net::TcpSteam"),
    (
        "std::net::TcpStream::conect(…)",
        "std::net::TcpStream::conect",
    ),
    ("Err(io::ErrorKind::Refused)", "io::ErrorKind::Refused"),
    ("<TcpStream as Read>::raed", "Read::raed"),
    ("Vec::<u8>::with_capasity(8)", "Vec::with_capasity"),
    ("use libc::{bind, lisen};", "libc::lisen"),
    ("x.copy(&mut io::emtpy())", "io::emtpy"),
    ("std::prntln!", "std::prntln!"),
];

/// 路径不在开头，也是路径。
fn paths_anywhere_in_a_span() {
    one_a_line(
        "paths_anywhere_in_a_span",
        SPANS.iter().map(|(_, path)| *path),
    );
}

/// 真的路径写在哪里都认得；像路径的字符串、地址、网址不是路径；程序里自己定义的也算真的。
fn good_paths_anywhere() {
    found(&answer("good_paths_anywhere"), &[]);
}

fn good_paths() -> BookTest {
    BookTest::new()
        .edit(
            "listings/ch01/src/bin/greet.rs",
            "fn main() {",
            "enum Tone {\n    Loud,\n}\nfn main() {\n    let _ = Tone::Loud;",
        )
        .edit(
            PAGE,
            "## 程序",
            "`&libc::SOCK_STREAM`、`libc::AF_INET | libc::AF_INET6`、`Option<std::net::TcpStream>`、`<TcpStream as Read>::read`、`Vec::<u8>::with_capacity(8)`、`use libc::{bind, listen};`、`std::os::fd::*`、`std::println!(\"a::b\")`、`libc::stat`、`text.parse::<u16>()`、`[::1]:9190`、`fe80::abcd`、`2001:db8::a`、`https://docs.rs/x::y`、`Tone::Loud`、`// a::b`、`TcpStream::connect(addr)`、`std::io::Result<()>`、`io::Error`。\n\n`EADDRINUSE`、`SOCK_STREAM | SOCK_CLOEXEC`、`TcpListener`、`Err`、`WouldBlock`、`sockaddr_in`、`c_int`、`greet`、`Hello World!`、`Connection refused`、`impl AsFd`、SO_REUSEADDR、SIGPIPE、EINTR、EOF、TCP、`// SAFETY:`、`FILE*`。\n\n## 程序",
        )
}

/// 一段行内代码里有哪些路径。
fn what_is_a_path() {
    let cases: [(&str, &[&str]); 12] = [
        ("libc::socket", &["libc::socket"]),
        ("::std::io::Error", &["std::io::Error"]),
        (
            "io::Result<Vec<libc::pollfd>>",
            &["io::Result", "libc::pollfd"],
        ),
        (
            "a::{b, c::d, e::{f, g}}",
            &["a::b", "a::c::d", "a::e::f", "a::e::g"],
        ),
        ("a::{self, b}", &["a::b"]),
        ("x.parse::<u16>()", &[]),
        ("HashMap::<String, a::B>::new()", &["HashMap::new", "a::B"]),
        ("<a::B as C<D>>::e", &["a::B", "C::e"]),
        ("<[u8]>::len", &[]),
        ("\"a::b\" + 'c'", &[]),
        ("12:30::x", &[]),
        ("a::b!()、c::d != e", &["a::b!", "c::d"]),
    ];
    for (code, expected) in cases {
        assert_eq!(paths::of(code), expected, "{code}");
    }
}

/// 没有 :: 的名字拼错了；和要报出的名字。
const MISSPELT: [(&str, &str); 8] = [
    ("返回 `EADDRINSUE`", "EADDRINSUE"),
    ("用 `SOCK_STRAEM | SOCK_CLOEXEC`", "SOCK_STRAEM"),
    ("写 `TcpListner`", "TcpListner"),
    ("运行 `gret_all`", "gret_all"),
    ("设了 SO_REUSADDR", "SO_REUSADDR"),
    ("收到 SIGPIP", "SIGPIP"),
    ("报 EINTRR 就重来", "EINTRR"),
    ("`&mut OwnedFdd`", "OwnedFdd"),
];

/// 没有 :: 的名字也会拼错，程序也会改名。
fn misspelt_names() {
    one_a_line("misspelt_names", MISSPELT.iter().map(|(_, name)| *name));
}

/// 一段话里有哪些名字。
fn what_is_a_name() {
    let cases: [(&str, &[&str]); 9] = [
        ("EINTR", &["EINTR"]),
        ("GET / HTTP/1.1", &[]),
        ("HANDLE", &["HANDLE"]),
        ("open(\"A_B\", O_CREAT|O_EXCL)", &["O_CREAT", "O_EXCL"]),
        ("Hello World!", &[]),
        ("Hello", &["Hello"]),
        ("(TcpStream, SocketAddr)", &["TcpStream", "SocketAddr"]),
        ("libc::EINTR", &[]),
        ("_read、AF_ 开头的 tcp_server", &["tcp_server"]),
    ];
    for (code, expected) in cases {
        assert_eq!(names::in_code(code), expected, "{code}");
    }
    assert_eq!(
        names::in_text("设了SO_REUSEADDR，收到 SIGPIPE 和 EINTR，不是 EOF、TCP、E2E。"),
        ["SO_REUSEADDR", "SIGPIPE", "EINTR"]
    );
}

/// 一页里写了几处，每一处都报；表格里、图框的说明里也是。
fn every_place_of_it() {
    found(
        &answer("every_place_of_it"),
        &[
            ("src/ch01/greet.md:5", "sokcet"),
            ("src/ch01/greet.md:6", "sokcet"),
            ("src/ch01/greet.md:10", "sokcet"),
            ("src/ch01/greet.md:26", "sokcet"),
        ],
    );
}
