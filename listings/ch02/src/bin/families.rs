//! 每个地址族各建一个套接字试试：内核支持哪些，不支持或不许用时报什么错。

use std::env;
use std::ffi::OsString;
use std::io;
use std::os::fd::{FromRawFd, OwnedFd};
use std::process::ExitCode;

use libc::{
    AF_INET, AF_INET6, AF_IPX, AF_LOCAL, AF_NETLINK, AF_PACKET, AF_UNIX, PF_INET, PF_INET6, PF_IPX,
    PF_LOCAL, PF_NETLINK, PF_PACKET, PF_UNIX, SOCK_DGRAM, SOCK_RAW, SOCK_STREAM, c_int,
};

// ANCHOR: table
struct Family {
    name: &'static str,
    af: c_int, // POSIX 规定的名字：AF_*（address family）
    pf: c_int, // 老名字：PF_*（protocol family）
    ty: c_int, // 这一族里有的一种类型，socket() 的第二个参数要它
}

const FAMILIES: [Family; 7] = [
    family("AF_INET", AF_INET, PF_INET, SOCK_STREAM), // IPv4
    family("AF_INET6", AF_INET6, PF_INET6, SOCK_STREAM), // IPv6
    family("AF_UNIX", AF_UNIX, PF_UNIX, SOCK_STREAM), // 同一台机器上的进程
    family("AF_LOCAL", AF_LOCAL, PF_LOCAL, SOCK_STREAM), // AF_UNIX 的别名
    family("AF_NETLINK", AF_NETLINK, PF_NETLINK, SOCK_RAW), // 与内核通信
    family("AF_PACKET", AF_PACKET, PF_PACKET, SOCK_DGRAM), // 直接收发链路层的帧
    family("AF_IPX", AF_IPX, PF_IPX, SOCK_DGRAM),     // 内核早已删掉，常量还在
];
// ANCHOR_END: table

// ANCHOR: run
fn run(families: &[&Family]) -> io::Result<()> {
    for family in families {
        let answer = match socket(family) {
            Ok(_socket) => "成功".to_owned(), // _socket 在这里离开作用域，随即 close
            Err(err) if is_answer(&err) => err.to_string(),
            Err(err) => return Err(io::Error::new(err.kind(), format!("socket：{err}"))),
        };
        println!("{:<10} {:>3}  {answer}", family.name, family.af);
    }
    for family in families {
        let relation = if family.pf == family.af { "==" } else { "!=" };
        let old_name = family.name.replacen("AF", "PF", 1);
        println!("{old_name} {relation} {}", family.name);
    }
    Ok(())
}
// ANCHOR_END: run

fn main() -> ExitCode {
    let families = match parse_args(env::args_os().skip(1).collect()) {
        Ok(families) => families,
        Err(why) => {
            eprintln!("{why}。用法：families [地址族]…");
            return ExitCode::from(2);
        }
    };
    match run(&families) {
        Ok(()) => ExitCode::SUCCESS,
        Err(err) => {
            eprintln!("出错：{err}");
            ExitCode::FAILURE
        }
    }
}

// ANCHOR: socket
fn socket(family: &Family) -> io::Result<OwnedFd> {
    // SAFETY: 只传整数。
    let fd = unsafe {
        libc::socket(
            family.af,                      // 哪个地址族
            family.ty | libc::SOCK_CLOEXEC, // 哪种类型；SOCK_CLOEXEC：exec 时自动关掉
            0,                              // 协议由内核按前两个参数选
        )
    };
    if fd == -1 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: fd 是内核刚交给我们的，没有别的主人。
    Ok(unsafe { OwnedFd::from_raw_fd(fd) })
}
// ANCHOR_END: socket

/// 这几个错误是内核对“能不能用”的回答；别的（如描述符用完了）才是程序自己出了问题。
fn is_answer(err: &io::Error) -> bool {
    matches!(
        err.raw_os_error(),
        Some(
            libc::EAFNOSUPPORT // 没有这个地址族
            | libc::ESOCKTNOSUPPORT // 这一族里没有这种类型
            | libc::EPROTONOSUPPORT // 没有合适的协议
            | libc::EPERM // 没有权限
            | libc::EACCES
        )
    )
}

const fn family(name: &'static str, af: c_int, pf: c_int, ty: c_int) -> Family {
    Family { name, af, pf, ty }
}

fn parse_args(args: Vec<OsString>) -> Result<Vec<&'static Family>, String> {
    if args.is_empty() {
        return Ok(FAMILIES.iter().collect());
    }
    args.iter()
        .map(|arg| {
            FAMILIES
                .iter()
                .find(|family| arg == family.name)
                .ok_or_else(|| format!("不认识地址族 {arg:?}"))
        })
        .collect()
}
