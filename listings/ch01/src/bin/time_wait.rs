//! TIME_WAIT：先关闭连接的一方把端口留在内核里 60 秒；这期间谁能再 bind 它？

use std::env;
use std::ffi::OsString;
use std::fmt::Display;
use std::fs;
use std::io::{self, Read};
use std::mem;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::process::ExitCode;
use std::thread;
use std::time::{Duration, Instant};

use libc::{c_int, sockaddr_in, socklen_t};

/// 自己和自己说话，万一哪一步没成，也不许一直等下去。
const LIMIT: Duration = Duration::from_secs(2);

// ANCHOR: run
fn run() -> io::Result<()> {
    println!("旧 SO_REUSEADDR  新 SO_REUSEADDR  再次 bind 同一个端口");
    for (old, new) in [(false, false), (false, true), (true, false), (true, true)] {
        let port = leave_time_wait(old)?;
        let outcome = match bound_socket(port, new) {
            Ok(_) => "成功".to_owned(),
            Err(err) if err.kind() == io::ErrorKind::AddrInUse => err.to_string(),
            Err(err) => return Err(err),
        };
        println!("{0}{2:15}{1}{2:15}{outcome}", mark(old), mark(new), "");
    }
    Ok(())
}

/// 开一个服务器，让它先关闭连接，再关掉它自己。返回它用过的端口。
fn leave_time_wait(reuse: bool) -> io::Result<u16> {
    let socket = bound_socket(0, reuse)?; // 端口 0：由内核选一个空闲的
    // SAFETY: 只传整数。
    cvt("listen", unsafe { libc::listen(socket.as_raw_fd(), 1) })?;
    let listener = TcpListener::from(socket);
    let addr = listener.local_addr().map_err(during("getsockname"))?;

    let mut client = TcpStream::connect_timeout(&addr, LIMIT).map_err(during("connect"))?;
    client
        .set_read_timeout(Some(LIMIT))
        .map_err(during("setsockopt"))?;
    let (peer, _) = listener.accept().map_err(during("accept"))?; // peer 继承了 SO_REUSEADDR
    drop(peer); // 服务器先关闭：它的内核发出 FIN，TIME_WAIT 就归它
    expect_eof(&mut client)?; // FIN 到了
    drop(client); // 客户端后关闭
    drop(listener); // 监听套接字也关了，端口上只剩那条连接

    wait_for_time_wait(addr.port())?;
    Ok(addr.port())
}
// ANCHOR_END: run

fn main() -> ExitCode {
    if let Err(why) = parse_args(env::args_os().skip(1).collect()) {
        eprintln!("{why}。用法：time_wait");
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

/// 等到 /proc/net/tcp 里出现本端端口是 `port`、状态是 06（TIME_WAIT）的一行。
fn wait_for_time_wait(port: u16) -> io::Result<()> {
    let local = format!(":{port:04X}");
    let deadline = Instant::now() + LIMIT;
    loop {
        // 每行：序号 本端地址 对端地址 状态 …
        let table = fs::read_to_string("/proc/net/tcp").map_err(during("/proc/net/tcp"))?;
        let found = table.lines().any(|line| {
            let mut fields = line.split_whitespace().skip(1);
            fields.next().is_some_and(|addr| addr.ends_with(&local)) && fields.nth(1) == Some("06")
        });
        if found {
            return Ok(());
        }
        if Instant::now() >= deadline {
            return Err(io::Error::other("端口没有进入 TIME_WAIT"));
        }
        thread::sleep(Duration::from_millis(1)); // 没有可等的通知，隔一会儿再看
    }
}

fn mark(set: bool) -> &'static str {
    if set { "有" } else { "无" }
}

// ANCHOR: bound_socket
/// 造一个套接字，要的话设 SO_REUSEADDR，再 bind 到 127.0.0.1:port。
fn bound_socket(port: u16, reuse: bool) -> io::Result<OwnedFd> {
    let socket = tcp_socket()?;
    if reuse {
        reuse_address(&socket)?;
    }
    let addr = loopback(port);
    let addr_len = mem::size_of::<sockaddr_in>() as socklen_t;
    // SAFETY: addr 是初始化好的 sockaddr_in，addr_len 是它的真实大小，内核只读它。
    let ret = unsafe { libc::bind(socket.as_raw_fd(), (&raw const addr).cast(), addr_len) };
    cvt("bind", ret)?;
    Ok(socket)
}
// ANCHOR_END: bound_socket

/// 系统调用失败时返回 -1，原因放在 errno 里。趁 errno 还没被别的调用改掉，把它取成 io::Error。
fn cvt(call: &str, ret: c_int) -> io::Result<c_int> {
    if ret == -1 {
        let err = io::Error::last_os_error();
        return Err(io::Error::new(err.kind(), format!("{call}：{err}")));
    }
    Ok(ret)
}

/// 等对端的 FIN：读到 0 才算。被信号打断时 read_exact 会重来。
fn expect_eof(stream: &mut TcpStream) -> io::Result<()> {
    match stream.read_exact(&mut [0]) {
        Err(err) if err.kind() == io::ErrorKind::UnexpectedEof => Ok(()),
        Err(err) => Err(during("read")(err)),
        Ok(()) => Err(io::Error::other("read：对端还有数据，本该到头了")),
    }
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

/// 要在 bind 之前设：bind 时内核看的是当时的选项。
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

fn parse_args(args: Vec<OsString>) -> Result<(), String> {
    match args.len() {
        0 => Ok(()),
        n => Err(format!("不要参数，给了 {n} 个")),
    }
}
