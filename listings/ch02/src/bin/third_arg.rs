//! socket() 的三个参数怎样互相制约：建一个套接字，再问内核它到底是什么。

use std::env;
use std::ffi::{OsStr, OsString};
use std::io;
use std::mem;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::process::ExitCode;

use libc::{c_int, socklen_t};

/// 一个常量：名字和值。
type Named = (&'static str, c_int);

const FAMILIES: [Named; 3] = [
    ("AF_INET", libc::AF_INET),
    ("AF_INET6", libc::AF_INET6),
    ("AF_UNIX", libc::AF_UNIX),
];
const TYPES: [Named; 4] = [
    ("SOCK_STREAM", libc::SOCK_STREAM),
    ("SOCK_DGRAM", libc::SOCK_DGRAM),
    ("SOCK_SEQPACKET", libc::SOCK_SEQPACKET),
    ("SOCK_RAW", libc::SOCK_RAW),
];
const PROTOCOLS: [Named; 7] = [
    ("0", 0), // 让内核取这个组合的默认协议
    ("IPPROTO_TCP", libc::IPPROTO_TCP),
    ("IPPROTO_UDP", libc::IPPROTO_UDP),
    ("IPPROTO_ICMP", libc::IPPROTO_ICMP),
    ("IPPROTO_SCTP", libc::IPPROTO_SCTP),
    ("IPPROTO_UDPLITE", libc::IPPROTO_UDPLITE),
    ("IPPROTO_MPTCP", libc::IPPROTO_MPTCP),
];

// ANCHOR: run
fn run(family: Named, ty: Named, protocol: Named) -> io::Result<()> {
    let call = format!("socket({}, {}, {})", family.0, ty.0, protocol.0);
    let socket = socket(&call, family.1, ty.1, protocol.1)?;
    println!("{call} 成功");

    // 三个参数，内核都记在套接字里，随时可以问。
    let domain = get_option(&socket, libc::SO_DOMAIN)?;
    let ty = get_option(&socket, libc::SO_TYPE)?;
    let protocol = get_option(&socket, libc::SO_PROTOCOL)?;
    println!("  SO_DOMAIN   = {}", show(domain, &FAMILIES));
    println!("  SO_TYPE     = {}", show(ty, &TYPES));
    println!("  SO_PROTOCOL = {}", show(protocol, &PROTOCOLS));
    Ok(())
}
// ANCHOR_END: run

fn main() -> ExitCode {
    let (family, ty, protocol) = match parse_args(env::args_os().skip(1).collect()) {
        Ok(args) => args,
        Err(why) => {
            eprintln!("{why}。用法：third_arg <地址族> <类型> <协议>");
            return ExitCode::from(2);
        }
    };
    match run(family, ty, protocol) {
        Ok(()) => ExitCode::SUCCESS,
        Err(err) => {
            eprintln!("出错：{err}");
            ExitCode::FAILURE
        }
    }
}

/// 系统调用失败时返回 -1，原因放在 errno 里。趁 errno 还没被别的调用改掉，把它取成 io::Error。
fn cvt(call: &str, ret: c_int) -> io::Result<c_int> {
    if ret == -1 {
        let err = io::Error::last_os_error();
        return Err(io::Error::new(err.kind(), format!("{call}：{err}")));
    }
    Ok(ret)
}

// ANCHOR: socket
fn socket(call: &str, family: c_int, ty: c_int, protocol: c_int) -> io::Result<OwnedFd> {
    // SAFETY: 只传整数。
    let fd = cvt(call, unsafe {
        libc::socket(
            family,                  // 地址族：地址怎么写，走哪一套协议
            ty | libc::SOCK_CLOEXEC, // 类型：数据怎样传；Linux 让标志也搭在这里
            protocol,                // 协议：前两个还定不下来时，由它定；0 是默认的那个
        )
    })?;
    // SAFETY: fd 是内核刚交给我们的，没有别的主人。
    Ok(unsafe { OwnedFd::from_raw_fd(fd) })
}
// ANCHOR_END: socket

// ANCHOR: get_option
fn get_option(socket: &OwnedFd, name: c_int) -> io::Result<c_int> {
    let mut value: c_int = 0;
    let mut len = mem::size_of::<c_int>() as socklen_t;
    // SAFETY: value 和 len 都可写，len 说出了 value 的大小，内核不会写过界。
    let ret = unsafe {
        libc::getsockopt(
            socket.as_raw_fd(),
            libc::SOL_SOCKET,
            name,
            (&raw mut value).cast(), // 内核把答案写到这里
            &raw mut len,
        )
    };
    cvt("getsockopt", ret)?;
    Ok(value)
}
// ANCHOR_END: get_option

/// `6` → `6（IPPROTO_TCP）`。
fn show(value: c_int, names: &[Named]) -> String {
    match names.iter().find(|named| named.1 == value) {
        Some((name, _)) if *name != "0" => format!("{value}（{name}）"),
        _ => value.to_string(),
    }
}

fn parse_args(args: Vec<OsString>) -> Result<(Named, Named, Named), String> {
    let [family, ty, protocol] = args.as_slice() else {
        return Err(format!("要 3 个参数，给了 {} 个", args.len()));
    };
    Ok((
        find("地址族", family, &FAMILIES)?,
        find("类型", ty, &TYPES)?,
        find("协议", protocol, &PROTOCOLS)?,
    ))
}

fn find(what: &str, arg: &OsStr, names: &[Named]) -> Result<Named, String> {
    names
        .iter()
        .find(|named| arg == named.0)
        .copied()
        .ok_or_else(|| format!("不认识{what} {arg:?}"))
}
