//! 实验台与读者机器之间已知的不同，只有这一张表。重放的录音先照它换成书里的写法，再与录音比较。
//!
//! 表里只有说法不同、意思相同的东西：哪一种系统错误，由错误号或它的名字认定，换的只是 C 库给它的说法。
//! 意思不同的（32 位的大小、root 的权限）不在这里，由会话自己说：`lab = { differs = "理由" }`。

use std::borrow::Cow;

/// 一种系统错误在两个 C 库里的说法。书里的程序和 strace 在实验台里链接 musl，在读者的机器上多半是 glibc。
#[derive(Debug, Clone, Copy)]
pub struct Message {
    /// 错误号；Linux 上两个 C 库相同。
    pub errno: i32,
    /// 它的名字，strace 写的是这个。
    pub name: &'static str,
    /// 实验台里的说法。
    pub musl: &'static str,
    /// 书里的说法。
    pub glibc: &'static str,
}

macro_rules! messages {
    ($($name:ident: $musl:literal => $glibc:literal,)+) => {
        &[$(Message {
            errno: libc::$name,
            name: stringify!($name),
            musl: $musl,
            glibc: $glibc,
        }),+]
    };
}

/// 说法不同的全部错误，按错误号。musl 没有说法的（“No error information”）不列：书里要是用到，应当失败。
pub const MESSAGES: &[Message] = messages![
    EIO: "I/O error" => "Input/output error",
    ECHILD: "No child process" => "No child processes",
    ENOMEM: "Out of memory" => "Cannot allocate memory",
    EBUSY: "Resource busy" => "Device or resource busy",
    EXDEV: "Cross-device link" => "Invalid cross-device link",
    EMFILE: "No file descriptors available" => "Too many open files",
    ENOTTY: "Not a tty" => "Inappropriate ioctl for device",
    ESPIPE: "Invalid seek" => "Illegal seek",
    EDOM: "Domain error" => "Numerical argument out of domain",
    ERANGE: "Result not representable" => "Numerical result out of range",
    EDEADLK: "Resource deadlock would occur" => "Resource deadlock avoided",
    ENAMETOOLONG: "Filename too long" => "File name too long",
    ELOOP: "Symbolic link loop" => "Too many levels of symbolic links",
    ETIME: "Device timeout" => "Timer expired",
    EOVERFLOW: "Value too large for data type" => "Value too large for defined data type",
    EILSEQ: "Illegal byte sequence" => "Invalid or incomplete multibyte or wide character",
    ENOTSOCK: "Not a socket" => "Socket operation on non-socket",
    EMSGSIZE: "Message too large" => "Message too long",
    EOPNOTSUPP: "Not supported" => "Operation not supported",
    EADDRINUSE: "Address in use" => "Address already in use",
    EADDRNOTAVAIL: "Address not available" => "Cannot assign requested address",
    ENETUNREACH: "Network unreachable" => "Network is unreachable",
    ENETRESET: "Connection reset by network" => "Network dropped connection on reset",
    ECONNABORTED: "Connection aborted" => "Software caused connection abort",
    EISCONN: "Socket is connected" => "Transport endpoint is already connected",
    ENOTCONN: "Socket not connected" => "Transport endpoint is not connected",
    ESHUTDOWN: "Cannot send after socket shutdown" => "Cannot send after transport endpoint shutdown",
    ETIMEDOUT: "Operation timed out" => "Connection timed out",
    EHOSTUNREACH: "Host is unreachable" => "No route to host",
    EINPROGRESS: "Operation in progress" => "Operation now in progress",
    EDQUOT: "Quota exceeded" => "Disk quota exceeded",
    EOWNERDEAD: "Previous owner died" => "Owner died",
];

/// 把实验台里的一份录音换成书里的写法。
#[must_use]
pub fn as_recorded(lab: &str) -> String {
    lab.split_inclusive('\n').map(line_as_recorded).collect()
}

/// 一行里的错误有三种写法，各自认得出是哪一种错误。
fn line_as_recorded(line: &str) -> Cow<'_, str> {
    for message in MESSAGES {
        let Message {
            errno,
            name,
            musl,
            glibc,
        } = message;
        // Rust：`说法 (os error 号码)`。
        let ours = format!("{musl} (os error {errno})");
        if line.contains(&ours) {
            return line
                .replace(&ours, &format!("{glibc} (os error {errno})"))
                .into();
        }
        // strace：`= -1 名字 (说法)`，在行末。
        if let Some(before) = line
            .trim_end()
            .strip_suffix(&format!(" = -1 {name} ({musl})"))
        {
            let end = &line[line.trim_end().len()..];
            return format!("{before} = -1 {name} ({glibc}){end}").into();
        }
        if let Some(row) = row_as_recorded(line, message) {
            return row.into();
        }
    }
    line.into()
}

/// error_kinds 的表格：号码在行首，说法占一列。列宽不变：说法变长多少，后面的空格就少多少，至少留一个。
fn row_as_recorded(line: &str, message: &Message) -> Option<String> {
    let Message {
        errno, musl, glibc, ..
    } = message;
    line.trim_start().strip_prefix(&format!("{errno} "))?;
    let (before, after) = line.split_once(&format!(" {musl} "))?;
    let rest = after.trim_start_matches(' ');
    let width = musl.len() + 1 + after.len() - rest.len();
    let width = width.max(glibc.len() + 1);
    Some(format!("{before} {glibc:<width$}{rest}"))
}
