//! 没坏的书。

use book_tests::checks::{
    chinese, coverage, documents, drawings, fences, figures, includes, inline_code, markdown,
    sessions, standalone,
};

use super::{BookTest, Check, api_paths, found, rendered, tests};

tests!("checks": good_book, good_prose);

/// 没坏的书，哪项检查都不出声；否则下面的每一项都说明不了什么。
fn good_book() {
    nothing_to_say(&BookTest::new());
    found(&api_paths::answer("good_book"), &[]);
}

/// 正文里常见的写法，哪一种都不该被拒绝。
fn good_prose() {
    nothing_to_say(&book_with_good_prose());
    found(&api_paths::answer("good_prose"), &[]);
}

/// 正文里有各种常见写法的小书。
pub fn book_with_good_prose() -> BookTest {
    let text = format!("{GOOD}\n## 程序");
    BookTest::new().edit("src/ch01/greet.md", "## 程序", &text)
}

const GOOD: &str = r#"## 第 3 章 地址族与字节序

按 Ctrl+C 之后，x86-64 上的 C++ 里，int 是 32 位（4 字节），IPv4/IPv6 的差异在此。

errno=98，速度是 100 KB/s，“a”“b”都对，第 1～3 步照做；2024 年 1 月 1 日 12:30 开始。

SOCK_STREAM（字节流）、#1、`a`/`b`、3×4、≥ 5 个、A → B → C、-1 是错误。

“对吗？”他问。1.5 秒以后，好……再来——行了。~/.bashrc 里、https://example.com 上都写着。

（见 man 2 socket。）RFC 9293 第 3.5 节，socket(7) 手册页，write(2)、read(2)，127.0.0.1:9190 上。

输出“3 4 5”。按 q 退出，按 h 看帮助。TCP 三次握手：SYN、SYN-ACK、ACK。

**注意**：`read` 返回 0，*不是*错误。~~旧的~~新的。[man 手册](#会话)里有。见[第 2 章](greet.md)。

在 `unsafe` 里调用 `libc::socket`（第 1 行），得到 fd 3。64 KiB（65536 字节）。

1. 第一步，`bind`。
2. 第二步：`listen`。

- **端口。** 它是 16 位的；
- **地址**，它是 32 位的。

> “协议”一词出自 RFC 793。

| 名字 | 值 |
|:---|---:|
| AF_INET | 2 |
| `a \| b` | “x” |

脚注在这里[^1]。

[^1]: 见 RFC 9293。

Linux 5.6 之后才有。“Hello, world!”是 13 个字节。输入 hello，再按回车。

他说：“用 Rust 写。”然后走了。C:\Windows 不是 Linux 的路径。`a`，`b`；`c`。

60%～70% 的 CPU。0x1F 是 31。3/4 的时间。+1、−1。°C。100 μs。

accept() 返回的是新的描述符；close(fd) 之后不能再用。`&mut buf[..n]` 是切片。

标准输入（0）、标准输出（1）和标准错误（2）。函数 f(x) 的值。

“字节流”（byte stream）与“数据报”（datagram）。问：为什么？答：因为……

等 1 秒、再等 2 秒……直到 EOF。<kbd>Ctrl</kbd>+<kbd>D</kbd> 结束输入。
"#;

/// 每一项检查都不出声；要问 rustdoc 的那一项在 [`api_paths`]。
#[track_caller]
fn nothing_to_say(test: &BookTest) {
    let checks: [Check; 12] = [
        |book| Ok(fences::check(book)),
        |book| Ok(includes::check(book)),
        |book| Ok(coverage::check(book)),
        |book| Ok(figures::check(book)),
        |book| Ok(drawings::check(book)),
        |book| Ok(standalone::check(book)),
        |book| Ok(inline_code::check(book)),
        |book| Ok(chinese::check(book)),
        |book| Ok(markdown::check(book)),
        |book| Ok(sessions::check(book)),
        |book| Ok(documents::check(book)),
        rendered,
    ];
    for check in checks {
        test.finds(check, &[]);
    }
}
