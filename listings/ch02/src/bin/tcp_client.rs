//! TCP 没有消息边界（二）：服务器写一次，客户端用 1 字节的缓冲区读许多次，并数清楚。

use std::env;
use std::ffi::OsString;
use std::io;
use std::mem;
use std::net::{Ipv4Addr, SocketAddrV4};
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::process::ExitCode;

use libc::{c_int, c_void, sockaddr_in, socklen_t};

/// 一句招呼用不了这么长。对端说个不停的话，不能让它占满内存。
const MAX: usize = 65536;

// ANCHOR: greet
fn greet(server: SocketAddrV4, size: usize) -> io::Result<()> {
    let socket = tcp_socket()?;
    connect(&socket, server)?;

    let mut message = Vec::new();
    let mut buf = vec![0; size];
    let mut reads = 0_u64; // 全部 read
    let mut full_reads = 0_u64; // 返回非 0 的 read
    loop {
        // 内核从接收缓冲区里取出至多 size 个字节；缓冲区空着就等。
        let n = read(&socket, &mut buf)?;
        reads += 1;
        if n == 0 {
            break; // 对端已经关闭写方向，不会再有数据
        }
        full_reads += 1;
        message.extend_from_slice(&buf[..n]);
        if message.len() > MAX {
            return Err(io::Error::other(format!("对端说了不止 {MAX} 字节，不听了")));
        }
    }

    println!("Message from server: {}", String::from_utf8_lossy(&message));
    println!("收到的字节：{}", message.len());
    println!("返回非 0 的 read：{full_reads}");
    println!("全部 read：{reads}");
    Ok(())
}
// ANCHOR_END: greet

fn main() -> ExitCode {
    let (server, size) = match parse_args(env::args_os().skip(1).collect()) {
        Ok(args) => args,
        Err(why) => {
            eprintln!("{why}。用法：tcp_client <IP> <端口> [缓冲区字节数]");
            return ExitCode::from(2);
        }
    };
    match greet(server, size) {
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

// ANCHOR: read
/// 读一次，返回读到几个字节；0 是对端不再发送。被信号打断的 read 什么也没读到，重来一次。
fn read(socket: &OwnedFd, buf: &mut [u8]) -> io::Result<usize> {
    loop {
        // SAFETY: 指针和长度来自同一个切片，内核至多写满它。
        let n = unsafe {
            libc::read(
                socket.as_raw_fd(),
                buf.as_mut_ptr().cast::<c_void>(),
                buf.len(),
            )
        };
        if n >= 0 {
            return Ok(n as usize);
        }
        let err = io::Error::last_os_error();
        if err.kind() != io::ErrorKind::Interrupted {
            let why = format!("read（至多等 5 秒）：{err}");
            return Err(io::Error::new(err.kind(), why));
        }
    }
}
// ANCHOR_END: read

fn parse_args(args: Vec<OsString>) -> Result<(SocketAddrV4, usize), String> {
    let (ip, port, size) = match args.as_slice() {
        [ip, port] => (ip, port, None),
        [ip, port, size] => (ip, port, Some(size)),
        _ => return Err(format!("要 2～3 个参数，给了 {} 个", args.len())),
    };
    let ip: Ipv4Addr = match ip.to_str().and_then(|text| text.parse().ok()) {
        Some(ip) => ip,
        None => return Err(format!("IP 要写成 127.0.0.1 这样，给的是 {ip:?}")),
    };
    let server = match port.to_str().and_then(|text| text.parse().ok()) {
        Some(port) if port != 0 => SocketAddrV4::new(ip, port),
        _ => return Err(format!("端口要是 1～65535 的整数，给的是 {port:?}")),
    };
    let Some(size) = size else {
        return Ok((server, 1));
    };
    match size.to_str().and_then(|text| text.parse().ok()) {
        Some(bytes) if (1..=65536).contains(&bytes) => Ok((server, bytes)),
        _ => Err(format!("缓冲区要是 1～65536 字节，给的是 {size:?}")),
    }
}
