//! 行内写到的 API 和名字真的存在。

use book_tests::checks::api_paths::{names, paths};

use super::{BookTest, api, tests};

tests!("api_paths":
    bad_api_path, bad_method, paths_anywhere_in_a_span, good_paths_anywhere, what_is_a_path,
    misspelt_names, every_place_of_it, what_is_a_name,
);

const PAGE: &str = "src/ch01/greet.md";

/// 不存在的路径，也能说出是哪一行。
fn bad_api_path() {
    BookTest::new()
        .edit(PAGE, "## 程序", "调用 `libc::sokcet`。\n\n## 程序")
        .finds(api, &[("src/ch01/greet.md:5", "libc::sokcet")]);
}

/// 类型在，方法不在。
fn bad_method() {
    BookTest::new()
        .edit(
            PAGE,
            "## 程序",
            "调用 `TcpListener::listen(128)`。\n\n## 程序",
        )
        .finds(api, &[("src/ch01/greet.md:5", "TcpListener::listen")]);
}

/// 路径不在开头，也是路径：前后有符号、在泛型里、在参数里、在花括号里。
fn paths_anywhere_in_a_span() {
    let spans = [
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
    let text: String = spans
        .iter()
        .map(|(span, _)| format!("`{span}`\n"))
        .collect();
    let expected: Vec<(String, String)> = (5..)
        .zip(spans)
        .map(|(line, (_, path))| (format!("{PAGE}:{line}"), format!("`{path}`")))
        .collect();
    let expected: Vec<(&str, &str)> = expected
        .iter()
        .map(|(at, path)| (at.as_str(), path.as_str()))
        .collect();
    insert(&text, &expected);
}

/// 真的路径写在哪里都认得；像路径的字符串、地址、网址不是路径；程序里自己定义的也算真的。
fn good_paths_anywhere() {
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
        .finds(api, &[]);
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

/// 没有 :: 的名字也会拼错，程序也会改名。
fn misspelt_names() {
    let written = [
        "返回 `EADDRINSUE`",
        "用 `SOCK_STRAEM | SOCK_CLOEXEC`",
        "写 `TcpListner`",
        "运行 `gret_all`",
        "设了 SO_REUSADDR",
        "收到 SIGPIP",
        "报 EINTRR 就重来",
        "`&mut OwnedFdd`",
    ];
    let names = [
        "EADDRINSUE",
        "SOCK_STRAEM",
        "TcpListner",
        "gret_all",
        "SO_REUSADDR",
        "SIGPIP",
        "EINTRR",
        "OwnedFdd",
    ];
    let expected: Vec<(String, String)> = (5..)
        .zip(names)
        .map(|(line, name)| (format!("{PAGE}:{line}"), format!("`{name}`")))
        .collect();
    let expected: Vec<(&str, &str)> = expected
        .iter()
        .map(|(at, name)| (at.as_str(), name.as_str()))
        .collect();
    insert(&written.join("\n"), &expected);
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
    BookTest::new()
        .edit(PAGE, "打一声招呼<", "用 <code>libc::sokcet</code> 打<")
        .edit(
            PAGE,
            "## 程序",
            "`libc::sokcet`\n`libc::sokcet`\n\n| 表 |\n|---|\n| `libc::sokcet` |\n\n## 程序",
        )
        .finds(
            api,
            &[
                ("src/ch01/greet.md:5", "sokcet"),
                ("src/ch01/greet.md:6", "sokcet"),
                ("src/ch01/greet.md:10", "sokcet"),
                ("src/ch01/greet.md:26", "sokcet"),
            ],
        );
}

/// 在 `## 程序` 之前插入一段；插入的从第 5 行起。
#[track_caller]
fn insert(text: &str, expected: &[(&str, &str)]) {
    BookTest::new()
        .edit(PAGE, "## 程序", &format!("{text}\n\n## 程序"))
        .finds(api, expected);
}
