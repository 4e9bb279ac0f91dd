//! 实验台与读者机器之间已知的不同，只有这一张表。重放的录音先照它换成书里的写法，再与录音比较。
//!
//! 表里只有说法不同、意思相同的东西：哪一种系统错误，由错误号认定，换的只是 C 库给它的说法。
//! 意思不同的（32 位的大小、root 的权限）不在这里，由会话自己说：`lab = { differs = "理由" }`。

use std::borrow::Cow;

/// 一种系统错误在两个 C 库里的说法。书里的程序在实验台里链接 musl，在读者的机器上多半是 glibc。
#[derive(Debug, Clone, Copy)]
pub struct Message {
    /// 错误号；Linux 上两个 C 库相同。
    pub errno: i32,
    /// 实验台里的说法。
    pub musl: &'static str,
    /// 书里的说法。
    pub glibc: &'static str,
}

const fn message(errno: i32, musl: &'static str, glibc: &'static str) -> Message {
    Message { errno, musl, glibc }
}

/// 说法不同的全部错误，按错误号。musl 没有说法的（“No error information”）不列：书里要是用到，应当失败。
pub const MESSAGES: [Message; 32] = [
    message(5, "I/O error", "Input/output error"),
    message(10, "No child process", "No child processes"),
    message(12, "Out of memory", "Cannot allocate memory"),
    message(16, "Resource busy", "Device or resource busy"),
    message(18, "Cross-device link", "Invalid cross-device link"),
    message(24, "No file descriptors available", "Too many open files"),
    message(25, "Not a tty", "Inappropriate ioctl for device"),
    message(29, "Invalid seek", "Illegal seek"),
    message(33, "Domain error", "Numerical argument out of domain"),
    message(
        34,
        "Result not representable",
        "Numerical result out of range",
    ),
    message(
        35,
        "Resource deadlock would occur",
        "Resource deadlock avoided",
    ),
    message(36, "Filename too long", "File name too long"),
    message(
        40,
        "Symbolic link loop",
        "Too many levels of symbolic links",
    ),
    message(62, "Device timeout", "Timer expired"),
    message(
        75,
        "Value too large for data type",
        "Value too large for defined data type",
    ),
    message(
        84,
        "Illegal byte sequence",
        "Invalid or incomplete multibyte or wide character",
    ),
    message(88, "Not a socket", "Socket operation on non-socket"),
    message(90, "Message too large", "Message too long"),
    message(95, "Not supported", "Operation not supported"),
    message(98, "Address in use", "Address already in use"),
    message(
        99,
        "Address not available",
        "Cannot assign requested address",
    ),
    message(101, "Network unreachable", "Network is unreachable"),
    message(
        102,
        "Connection reset by network",
        "Network dropped connection on reset",
    ),
    message(
        103,
        "Connection aborted",
        "Software caused connection abort",
    ),
    message(
        106,
        "Socket is connected",
        "Transport endpoint is already connected",
    ),
    message(
        107,
        "Socket not connected",
        "Transport endpoint is not connected",
    ),
    message(
        108,
        "Cannot send after socket shutdown",
        "Cannot send after transport endpoint shutdown",
    ),
    message(110, "Operation timed out", "Connection timed out"),
    message(113, "Host is unreachable", "No route to host"),
    message(115, "Operation in progress", "Operation now in progress"),
    message(122, "Quota exceeded", "Disk quota exceeded"),
    message(130, "Previous owner died", "Owner died"),
];

/// 把实验台里的一份录音换成书里的写法。
#[must_use]
pub fn as_recorded(lab: &str) -> String {
    lab.split_inclusive('\n').map(line_as_recorded).collect()
}

/// 错误有两种写法：`说法 (os error 号码)`，是 Rust 的；号码在行首、说法占一列的表格，是 error_kinds 的。
fn line_as_recorded(line: &str) -> Cow<'_, str> {
    for Message { errno, musl, glibc } in MESSAGES {
        let code = format!(" (os error {errno})");
        let ours = format!("{musl}{code}");
        if line.contains(&ours) {
            return line.replace(&ours, &format!("{glibc}{code}")).into();
        }
        if !line.trim_start().starts_with(&format!("{errno} ")) {
            continue;
        }
        // 列宽不变：说法变长多少，后面的空格就少多少，至少留一个。
        if let Some((before, after)) = line.split_once(&format!(" {musl} ")) {
            let rest = after.trim_start_matches(' ');
            let width = musl.len() + 1 + after.len() - rest.len();
            let width = width.max(glibc.len() + 1);
            return format!("{before} {glibc:<width$}{rest}").into();
        }
    }
    line.into()
}
