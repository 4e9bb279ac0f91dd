//! 最小的 TCP 客户端：连上服务器，把它说的话读到结尾，打印出来。

use std::env;
use std::ffi::OsString;
use std::io;
use std::mem;
use std::net::{Ipv4Addr, SocketAddrV4};
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::process::ExitCode;

use libc::{c_int, c_void, sockaddr_in, socklen_t};

// ANCHOR: greet
fn greet(server: SocketAddrV4) -> io::Result<()> {
    // 第一步 socket：和服务器一样，先造一个 TCP 套接字。
    let socket = tcp_socket()?;

    // 第二步 connect：请求连接。不用 bind，内核会替我们选一个临时端口。
    connect(&socket, server)?;

    // 一次 read 读到多少没有保证；读到 0（对端不再发送）才算读完。
    let message = read_to_end(&socket)?;
    println!("Message from server: {}", String::from_utf8_lossy(&message));
    Ok(())
}
// ANCHOR_END: greet

fn main() -> ExitCode {
    let server = match parse_args(env::args_os().skip(1).collect()) {
        Ok(server) => server,
        Err(why) => {
            eprintln!("{why}。用法：hello_client <IP> <端口>");
            return ExitCode::from(2);
        }
    };
    match greet(server) {
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

fn tcp_socket() -> io::Result<OwnedFd> {
    // SOCK_CLOEXEC：程序 exec 成别的程序时，内核自动关掉这个描述符。
    // SAFETY: 只传整数。
    let fd = cvt("socket", unsafe {
        libc::socket(libc::AF_INET, libc::SOCK_STREAM | libc::SOCK_CLOEXEC, 0)
    })?;
    // SAFETY: fd 是内核刚交给我们的，没有别的主人。
    Ok(unsafe { OwnedFd::from_raw_fd(fd) })
}

// ANCHOR: connect
fn connect(socket: &OwnedFd, server: SocketAddrV4) -> io::Result<()> {
    // 对端没有回音时，connect 默认要等两分钟左右，read 会一直等。所以收和发都设时限，
    // 发送时限也管 connect：5 秒还连不上、或者对端 5 秒不说话，就报错。
    let limit = libc::timeval {
        tv_sec: 5,
        tv_usec: 0,
    };
    for option in [libc::SO_SNDTIMEO, libc::SO_RCVTIMEO] {
        // SAFETY: 指针指向 limit，长度就是 limit 的大小。
        let ret = unsafe {
            libc::setsockopt(
                socket.as_raw_fd(),
                libc::SOL_SOCKET,
                option,
                (&raw const limit).cast(),
                mem::size_of_val(&limit) as socklen_t,
            )
        };
        cvt("setsockopt", ret)?;
    }

    // 端口和 IP 都按网络字节序（大端）存放。
    let addr = sockaddr_in {
        sin_family: libc::AF_INET as libc::sa_family_t,
        sin_port: server.port().to_be(),
        sin_addr: libc::in_addr {
            s_addr: u32::from(*server.ip()).to_be(),
        },
        sin_zero: [0; 8],
    };
    let addr_len = mem::size_of::<sockaddr_in>() as socklen_t;
    loop {
        // SAFETY: addr 是初始化好的 sockaddr_in，addr_len 是它的真实大小，内核只读它。
        let ret = unsafe { libc::connect(socket.as_raw_fd(), (&raw const addr).cast(), addr_len) };
        if ret == 0 {
            return Ok(());
        }
        let mut err = io::Error::last_os_error();
        match err.raw_os_error() {
            // 被信号打断，内核里的握手照旧进行：再 connect 一次，接着等它。
            Some(libc::EINTR) => continue,
            // 发送时限到了，内核说的是“还在进行”；换成看得懂的“超时”。
            Some(libc::EINPROGRESS | libc::EALREADY) => {
                err = io::Error::from_raw_os_error(libc::ETIMEDOUT)
            }
            _ => {}
        }
        return Err(io::Error::new(
            err.kind(),
            format!("connect {server}：{err}"),
        ));
    }
}
// ANCHOR_END: connect

// ANCHOR: read_to_end
/// 一句招呼用不了这么长。对端说个不停的话，不能让它占满内存。
const MAX: usize = 65536;

fn read_to_end(socket: &OwnedFd) -> io::Result<Vec<u8>> {
    let mut message = Vec::new();
    let mut buf = [0; 1024];
    loop {
        // SAFETY: 指针和长度来自同一个数组，内核至多写满它。
        let n = unsafe {
            libc::read(
                socket.as_raw_fd(),
                buf.as_mut_ptr().cast::<c_void>(),
                buf.len(),
            )
        };
        match n {
            0 => return Ok(message), // 对端已经关闭写方向，不会再有数据
            -1 => {
                let err = io::Error::last_os_error();
                if err.kind() != io::ErrorKind::Interrupted {
                    let why = format!("read（至多等 5 秒）：{err}");
                    return Err(io::Error::new(err.kind(), why));
                }
            }
            n => message.extend_from_slice(&buf[..n as usize]),
        }
        if message.len() > MAX {
            return Err(io::Error::other(format!("对端说了不止 {MAX} 字节，不听了")));
        }
    }
}
// ANCHOR_END: read_to_end

fn parse_args(args: Vec<OsString>) -> Result<SocketAddrV4, String> {
    let [ip, port] = args.as_slice() else {
        return Err(format!("要 2 个参数，给了 {} 个", args.len()));
    };
    let ip: Ipv4Addr = match ip.to_str().and_then(|text| text.parse().ok()) {
        Some(ip) => ip,
        None => return Err(format!("IP 要写成 127.0.0.1 这样，给的是 {ip:?}")),
    };
    match port.to_str().and_then(|text| text.parse().ok()) {
        Some(port) if port != 0 => Ok(SocketAddrV4::new(ip, port)),
        _ => Err(format!("端口要是 1～65535 的整数，给的是 {port:?}")),
    }
}
