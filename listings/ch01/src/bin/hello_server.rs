//! 最小的 TCP 服务器：等来一个客户端，送它一句 Hello World!，然后退出。

use std::env;
use std::ffi::OsString;
use std::io;
use std::mem;
use std::net::Ipv4Addr;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::process::ExitCode;

use libc::{c_int, c_void, sockaddr_in, socklen_t};

// ANCHOR: serve
fn serve(port: u16) -> io::Result<()> {
    // 第一步 socket：让内核造一个 TCP 套接字，拿到它的描述符。
    let listener = tcp_socket()?;
    reuse_address(&listener)?;

    // 第二步 bind：给套接字分配地址 127.0.0.1:port。
    let addr = loopback(port);
    let addr_len = mem::size_of::<sockaddr_in>() as socklen_t;
    // SAFETY: addr 是初始化好的 sockaddr_in，addr_len 是它的真实大小，内核只读它。
    let ret = unsafe { libc::bind(listener.as_raw_fd(), (&raw const addr).cast(), addr_len) };
    cvt("bind", ret)?;

    // 第三步 listen：转为监听状态。它立刻返回，从这一刻起有人来连，内核就替我们建好连接。
    // SAFETY: 只传整数。
    cvt("listen", unsafe { libc::listen(listener.as_raw_fd(), 128) })?;

    // 第四步 accept：取出一个已完成的连接。还没有连接时，程序在这里等。
    let (peer, peer_addr) = accept(&listener)?;
    println!("新客户端：{}", show(&peer_addr));

    write_all(&peer, b"Hello World!")
    // listener 和 peer 在这里离开作用域，OwnedFd 替我们 close。
}
// ANCHOR_END: serve

fn main() -> ExitCode {
    let port = match parse_args(env::args_os().skip(1).collect()) {
        Ok(port) => port,
        Err(why) => {
            eprintln!("{why}。用法：hello_server <端口>");
            return ExitCode::from(2);
        }
    };
    match serve(port) {
        Ok(()) => ExitCode::SUCCESS,
        Err(err) => {
            eprintln!("出错：{err}");
            ExitCode::FAILURE
        }
    }
}

// ANCHOR: cvt
/// 系统调用失败时返回 -1，原因放在 errno 里。趁 errno 还没被别的调用改掉，把它取成 io::Error。
fn cvt(call: &str, ret: c_int) -> io::Result<c_int> {
    if ret == -1 {
        let err = io::Error::last_os_error();
        return Err(io::Error::new(err.kind(), format!("{call}：{err}")));
    }
    Ok(ret)
}
// ANCHOR_END: cvt

// ANCHOR: tcp_socket
fn tcp_socket() -> io::Result<OwnedFd> {
    // SOCK_CLOEXEC：程序 exec 成别的程序时，内核自动关掉这个描述符。
    // SAFETY: 只传整数。
    let fd = cvt("socket", unsafe {
        libc::socket(libc::AF_INET, libc::SOCK_STREAM | libc::SOCK_CLOEXEC, 0)
    })?;
    // SAFETY: fd 是内核刚交给我们的，没有别的主人。
    Ok(unsafe { OwnedFd::from_raw_fd(fd) })
}
// ANCHOR_END: tcp_socket

// ANCHOR: reuse_address
/// 服务器先关闭的连接会以 TIME_WAIT 占着端口 60 秒；没有这个选项，这期间再启动就 bind 失败。
fn reuse_address(socket: &OwnedFd) -> io::Result<()> {
    let on: c_int = 1;
    // SAFETY: 指针指向 on，长度就是 on 的大小。
    let ret = unsafe {
        libc::setsockopt(
            socket.as_raw_fd(),
            libc::SOL_SOCKET,                     // 选项属于套接字这一层
            libc::SO_REUSEADDR,                   // 哪个选项
            (&raw const on).cast(),               // 选项的值：1 是打开
            mem::size_of::<c_int>() as socklen_t, // 值占几个字节
        )
    };
    cvt("setsockopt", ret).map(drop)
}
// ANCHOR_END: reuse_address

// ANCHOR: loopback
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
// ANCHOR_END: loopback

// ANCHOR: accept
fn accept(listener: &OwnedFd) -> io::Result<(OwnedFd, sockaddr_in)> {
    let mut addr = loopback(0);
    loop {
        let mut len = mem::size_of::<sockaddr_in>() as socklen_t;
        // SAFETY: addr 和 len 都可写，len 说出了 addr 的大小，内核不会写过界。
        let ret = unsafe {
            libc::accept4(
                listener.as_raw_fd(),
                (&raw mut addr).cast(), // 内核把对端的地址写到这里
                &raw mut len,
                libc::SOCK_CLOEXEC,
            )
        };
        match cvt("accept", ret) {
            // SAFETY: fd 是 accept 新给的，没有别的主人。
            Ok(fd) => return Ok((unsafe { OwnedFd::from_raw_fd(fd) }, addr)),
            Err(err) if err.kind() == io::ErrorKind::Interrupted => continue,
            Err(err) => return Err(err),
        }
    }
}
// ANCHOR_END: accept

// ANCHOR: write_all
/// write 可能只写出一部分，也可能被信号打断；写完为止。
fn write_all(socket: &OwnedFd, mut data: &[u8]) -> io::Result<()> {
    while !data.is_empty() {
        // SAFETY: 指针和长度来自同一个切片。
        let n = unsafe {
            libc::write(
                socket.as_raw_fd(),
                data.as_ptr().cast::<c_void>(),
                data.len(),
            )
        };
        match n {
            0 => return Err(io::ErrorKind::WriteZero.into()), // 一个字节也写不出去，别空转
            -1 => {
                let err = io::Error::last_os_error();
                if err.kind() != io::ErrorKind::Interrupted {
                    return Err(io::Error::new(err.kind(), format!("write：{err}")));
                }
            }
            n => data = &data[n as usize..],
        }
    }
    Ok(())
}
// ANCHOR_END: write_all

fn show(addr: &sockaddr_in) -> String {
    let ip = Ipv4Addr::from(u32::from_be(addr.sin_addr.s_addr));
    format!("{ip}:{}", u16::from_be(addr.sin_port))
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
