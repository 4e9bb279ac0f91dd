//! 缓冲区比数据报小会怎样：装不下的部分被扔掉，下一次收到的是下一个数据报。

use std::env;
use std::ffi::OsString;
use std::io;
use std::mem;
use std::net::Ipv4Addr;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::process::ExitCode;

use libc::{c_int, c_void, sockaddr_in, socklen_t};

// ANCHOR: run
fn run() -> io::Result<()> {
    let receiver = udp_socket()?;
    let address = bind_loopback(&receiver)?;
    let sender = udp_socket()?;
    let mut buf = [0; 4];

    println!("发 10 字节，再发 4 字节；用 4 字节的缓冲区收两次");
    send_to(&sender, b"0123456789", &address)?;
    send_to(&sender, b"next", &address)?;
    for _ in 0..2 {
        let n = recv(&receiver, &mut buf, 0)?;
        println!("  recv 返回 {n}：{}", show(&buf, n));
    }

    println!("再发 10 字节；收的时候加上 MSG_TRUNC");
    send_to(&sender, b"0123456789", &address)?;
    // 有了 MSG_TRUNC，返回值是数据报原来的长度，可以比缓冲区大：大了就是截断过。
    let n = recv(&receiver, &mut buf, libc::MSG_TRUNC)?;
    println!("  recv 返回 {n}，缓冲区里是 {}", show(&buf, n));
    Ok(())
}
// ANCHOR_END: run

fn main() -> ExitCode {
    if let Err(why) = parse_args(env::args_os().skip(1).collect()) {
        eprintln!("{why}。用法：udp_truncate");
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

/// 系统调用失败时返回 -1，原因放在 errno 里。趁 errno 还没被别的调用改掉，把它取成 io::Error。
fn cvt(call: &str, ret: c_int) -> io::Result<c_int> {
    if ret == -1 {
        let err = io::Error::last_os_error();
        return Err(io::Error::new(err.kind(), format!("{call}：{err}")));
    }
    Ok(ret)
}

/// 一个 UDP 套接字。数据报可能丢，丢了不会有人告诉我们：收的时候至多等 2 秒。
fn udp_socket() -> io::Result<OwnedFd> {
    // SAFETY: 只传整数。
    let fd = cvt("socket", unsafe {
        libc::socket(libc::AF_INET, libc::SOCK_DGRAM | libc::SOCK_CLOEXEC, 0)
    })?;
    // SAFETY: fd 是内核刚交给我们的，没有别的主人。
    let socket = unsafe { OwnedFd::from_raw_fd(fd) };

    let limit = libc::timeval {
        tv_sec: 2,
        tv_usec: 0,
    };
    // SAFETY: 指针指向 limit，长度就是 limit 的大小。
    let ret = unsafe {
        libc::setsockopt(
            socket.as_raw_fd(),
            libc::SOL_SOCKET,
            libc::SO_RCVTIMEO,
            (&raw const limit).cast(),
            mem::size_of_val(&limit) as socklen_t,
        )
    };
    cvt("setsockopt", ret)?;
    Ok(socket)
}

/// 绑定到 127.0.0.1 的一个空闲端口，返回内核选好的地址。
fn bind_loopback(socket: &OwnedFd) -> io::Result<sockaddr_in> {
    let mut addr = sockaddr_in {
        sin_family: libc::AF_INET as libc::sa_family_t,
        sin_port: 0, // 端口写 0：请内核选一个
        sin_addr: libc::in_addr {
            s_addr: u32::from(Ipv4Addr::LOCALHOST).to_be(),
        },
        sin_zero: [0; 8],
    };
    let mut len = mem::size_of::<sockaddr_in>() as socklen_t;
    // SAFETY: addr 是初始化好的 sockaddr_in，len 是它的真实大小，内核只读它。
    let ret = unsafe { libc::bind(socket.as_raw_fd(), (&raw const addr).cast(), len) };
    cvt("bind", ret)?;
    // SAFETY: addr 和 len 都可写，len 说出了 addr 的大小，内核不会写过界。
    let ret =
        unsafe { libc::getsockname(socket.as_raw_fd(), (&raw mut addr).cast(), &raw mut len) };
    cvt("getsockname", ret)?;
    Ok(addr)
}

fn send_to(socket: &OwnedFd, data: &[u8], to: &sockaddr_in) -> io::Result<()> {
    loop {
        // SAFETY: data 的指针和长度来自同一个切片；to 是初始化好的 sockaddr_in，长度是它的大小。
        let n = unsafe {
            libc::sendto(
                socket.as_raw_fd(),
                data.as_ptr().cast::<c_void>(),
                data.len(),
                0,                       // 没有标志
                (&raw const *to).cast(), // 没有连接，每次都要写明寄给谁
                mem::size_of::<sockaddr_in>() as socklen_t,
            )
        };
        if n >= 0 {
            return Ok(()); // 数据报不会只发一部分
        }
        let err = io::Error::last_os_error();
        if err.kind() != io::ErrorKind::Interrupted {
            return Err(io::Error::new(err.kind(), format!("sendto：{err}")));
        }
    }
}

// ANCHOR: recv
fn recv(socket: &OwnedFd, buf: &mut [u8], flags: c_int) -> io::Result<usize> {
    loop {
        // SAFETY: 指针和长度来自同一个切片，内核至多写满它；MSG_TRUNC 只影响返回值。
        let n = unsafe {
            libc::recv(
                socket.as_raw_fd(),
                buf.as_mut_ptr().cast::<c_void>(),
                buf.len(),
                flags,
            )
        };
        if n >= 0 {
            return Ok(n as usize);
        }
        let err = io::Error::last_os_error();
        if err.kind() != io::ErrorKind::Interrupted {
            return Err(io::Error::new(err.kind(), format!("recv：{err}")));
        }
    }
}
// ANCHOR_END: recv

/// 缓冲区里真正收到的部分：返回值可能比缓冲区大，不能直接拿来切片。
fn show(buf: &[u8], n: usize) -> String {
    String::from_utf8_lossy(&buf[..n.min(buf.len())]).into_owned()
}

fn parse_args(args: Vec<OsString>) -> Result<(), String> {
    if args.is_empty() {
        return Ok(());
    }
    Err(format!("不要参数，给了 {} 个", args.len()))
}
