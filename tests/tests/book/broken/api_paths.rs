//! 行内写到的 API 和名字真的存在。

use super::{BookTest, api, tests};

tests!("api_paths":
    bad_api_path, bad_method, good_api_paths,
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

/// 函数、常量、类型、trait 方法、泛型、模块都认得。
fn good_api_paths() {
    BookTest::new()
        .edit(PAGE, "## 程序", "`libc::socket`、`libc::SO_REUSEADDR`、`std::io::Result<()>`、`TcpStream::connect(addr)`、`Read::read_exact`、`io::Error`、`std::net`。\n\n## 程序")
        .finds(api, &[]);
}
