//! listen 不阻塞：它返回以后，内核就替我们完成握手、收下数据，不等 accept。

use std::env;
use std::ffi::OsString;
use std::fmt::Display;
use std::io::{self, BufRead, Read};
use std::mem;
use std::net::{Ipv4Addr, TcpListener};
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::process::ExitCode;
use std::time::Duration;

use libc::{c_int, sockaddr_in, socklen_t};

// ANCHOR: run
fn run(port: u16) -> io::Result<()> {
    let listener = tcp_socket()?;
    reuse_address(&listener)?;
    bind(&listener, port)?;
    // SAFETY: 只传整数。
    cvt("listen", unsafe { libc::listen(listener.as_raw_fd(), 128) })?;
    println!("listen 已经返回，还没有 accept。按回车再 accept：");

    // 在这里等多久都行：这期间的客户端由内核招呼。输入结束（EOF）也往下走。
    // 一行至多看 4096 个字节，没有换行的输入也看得完。
    io::stdin()
        .lock()
        .take(4096)
        .skip_until(b'\n')
        .map_err(during("读标准输入"))?;

    // accept 只是把内核早已建好的连接取出来。后面的与 libc 无关，交给 std。
    // 这个 TcpListener 没有名字，用完就关：只招呼一个客户端，监听套接字用不着了。
    let (peer, _) = TcpListener::from(listener)
        .accept()
        .map_err(during("accept"))?;
    // 客户端不说话，至多等 5 秒；说个不停，至多听 64 KiB。
    peer.set_read_timeout(Some(Duration::from_secs(5)))
        .map_err(during("setsockopt"))?;
    let mut data = Vec::new();
    peer.take(65536)
        .read_to_end(&mut data)
        .map_err(during("read（至多等 5 秒）"))?;
    println!("accept 以后读到：{}", String::from_utf8_lossy(&data));
    Ok(())
}
// ANCHOR_END: run

fn main() -> ExitCode {
    let port = match parse_args(env::args_os().skip(1).collect()) {
        Ok(port) => port,
        Err(why) => {
            eprintln!("{why}。用法：listen_no_accept <端口>");
            return ExitCode::from(2);
        }
    };
    match run(port) {
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

/// std 的错误只说原因；补上是哪一步出的错。
fn during(call: impl Display) -> impl FnOnce(io::Error) -> io::Error {
    move |err| io::Error::new(err.kind(), format!("{call}：{err}"))
}

fn tcp_socket() -> io::Result<OwnedFd> {
    // SOCK_CLOEXEC：程序 exec 成别的程序时，内核自动关掉这个描述符。
    // SAFETY: 只传整数。
    let fd = cvt("socket", unsafe {
        libc::socket(libc::AF_INET, libc::SOCK_STREAM | libc::SOCK_CLOEXEC, 0)
    })?;
    // SAFETY: fd 是内核刚交给我们的，没有别的主人。
    Ok(unsafe { OwnedFd::from_raw_fd(fd) })
}

/// 服务器先关闭的连接会以 TIME_WAIT 占着端口 60 秒；没有这个选项，这期间再启动就 bind 失败。
fn reuse_address(socket: &OwnedFd) -> io::Result<()> {
    let on: c_int = 1;
    // SAFETY: 指针指向 on，长度就是 on 的大小。
    let ret = unsafe {
        libc::setsockopt(
            socket.as_raw_fd(),
            libc::SOL_SOCKET,
            libc::SO_REUSEADDR,
            (&raw const on).cast(),
            mem::size_of::<c_int>() as socklen_t,
        )
    };
    cvt("setsockopt", ret).map(drop)
}

fn bind(socket: &OwnedFd, port: u16) -> io::Result<()> {
    let addr = loopback(port);
    let addr_len = mem::size_of::<sockaddr_in>() as socklen_t;
    // SAFETY: addr 是初始化好的 sockaddr_in，addr_len 是它的真实大小，内核只读它。
    let ret = unsafe { libc::bind(socket.as_raw_fd(), (&raw const addr).cast(), addr_len) };
    cvt("bind", ret).map(drop)
}

/// 127.0.0.1:port，写成内核要的样子：端口和 IP 都按网络字节序（大端）存放。
fn loopback(port: u16) -> sockaddr_in {
    sockaddr_in {
        sin_family: libc::AF_INET as libc::sa_family_t,
        sin_port: port.to_be(),
        sin_addr: libc::in_addr {
            s_addr: u32::from(Ipv4Addr::LOCALHOST).to_be(),
        },
        sin_zero: [0; 8],
    }
}

fn parse_args(args: Vec<OsString>) -> Result<u16, String> {
    let [port] = args.as_slice() else {
        return Err(format!("要 1 个参数，给了 {} 个", args.len()));
    };
    match port.to_str().and_then(|text| text.parse().ok()) {
        Some(port) if port != 0 => Ok(port),
        _ => Err(format!("端口要是 1～65535 的整数，给的是 {port:?}")),
    }
}
