//! 一个套接字只能做一件事：监听的不能再 connect，连上的不能再 listen。

use std::env;
use std::ffi::OsString;
use std::fmt::Display;
use std::io;
use std::mem;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::os::fd::AsRawFd;
use std::process::ExitCode;
use std::time::Duration;

use libc::{sockaddr_in, socklen_t};

// ANCHOR: run
fn run() -> io::Result<()> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(during("bind"))?;
    let addr = listener.local_addr().map_err(during("getsockname"))?;
    let stream = TcpStream::connect_timeout(&addr, LIMIT).map_err(during("connect"))?;

    let to = sockaddr(addr)?;
    // SAFETY: to 是初始化好的 sockaddr_in，长度就是它的大小，内核只读它。
    let ret = unsafe {
        libc::connect(
            listener.as_raw_fd(), // 已经在监听的套接字
            (&raw const to).cast(),
            mem::size_of::<sockaddr_in>() as socklen_t,
        )
    };
    refused("监听套接字 connect  ", ret)?;

    // SAFETY: 只传整数。
    let ret = unsafe { libc::listen(stream.as_raw_fd(), 128) };
    refused("已连接套接字 listen", ret)
}
// ANCHOR_END: run

/// 一次等待最多多久；环回接口上用不着，只防意外。
const LIMIT: Duration = Duration::from_secs(2);

fn main() -> ExitCode {
    if let Err(why) = parse_args(env::args_os().skip(1).collect()) {
        eprintln!("{why}。用法：one_role");
        return ExitCode::from(2);
    }
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(err) => {
            eprintln!("出错：{err}");
            ExitCode::FAILURE
        }
    }
}

/// 这个调用应该失败；成功了，书就写错了。
fn refused(call: &str, ret: libc::c_int) -> io::Result<()> {
    let err = io::Error::last_os_error();
    if ret != -1 {
        return Err(io::Error::other(format!("{call}：本该失败，却成功了")));
    }
    match err.raw_os_error() {
        Some(libc::EISCONN | libc::EINVAL) => {
            println!("{call}：{err}");
            Ok(())
        }
        _ => Err(during(call)(err)),
    }
}

fn sockaddr(addr: SocketAddr) -> io::Result<sockaddr_in> {
    let SocketAddr::V4(addr) = addr else {
        return Err(io::Error::other("要 IPv4 地址"));
    };
    Ok(sockaddr_in {
        sin_family: libc::AF_INET as libc::sa_family_t,
        sin_port: addr.port().to_be(),
        sin_addr: libc::in_addr {
            s_addr: u32::from(*addr.ip()).to_be(),
        },
        sin_zero: [0; 8],
    })
}

/// std 的错误只说原因；补上是哪一步出的错。
fn during(call: impl Display) -> impl FnOnce(io::Error) -> io::Error {
    move |err| io::Error::new(err.kind(), format!("{call}：{err}"))
}

fn parse_args(args: Vec<OsString>) -> Result<(), String> {
    if args.is_empty() {
        return Ok(());
    }
    Err(format!("不要参数，给了 {} 个", args.len()))
}
