//! 五种常见的系统错误，在环回接口上真的造出来：ErrorKind、errno 和错误信息。

use std::env;
use std::ffi::OsString;
use std::fmt::Display;
use std::io::{self, Read, Write};
use std::mem;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::process::ExitCode;
use std::time::Duration;

use libc::{c_int, sockaddr_in, socklen_t};

/// 自己和自己说话，万一哪一步没成，也不许一直等下去。
const LIMIT: Duration = Duration::from_secs(2);

// ANCHOR: run
fn run() -> io::Result<()> {
    show("连一个没有监听的端口", refused()?);
    show("同一端口监听两次", in_use()?);
    show("往已经断开的连接里写", broken_pipe()?);
    show("读时，对端发来了 RST", reset()?);
    show("非阻塞地读，数据还没来", would_block()?);
    // 这一种没有造：要有信号正好在系统调用等待时到来。只从错误号查它的名字。
    show(
        "（没有造）等待时来了信号",
        io::Error::from_raw_os_error(libc::EINTR),
    );
    Ok(())
}

fn show(cause: &str, err: io::Error) {
    let kind = format!("{:?}", err.kind());
    let errno = err.raw_os_error().unwrap_or_default();
    // io::Error 打印时自带“(os error N)”；errno 已经单列，去掉它。
    let message = err.to_string().replace(&format!(" (os error {errno})"), "");
    println!("{errno:>3} {kind:<17} {message:<32} {cause}");
}
// ANCHOR_END: run

fn main() -> ExitCode {
    if let Err(why) = parse_args(env::args_os().skip(1).collect()) {
        eprintln!("{why}。用法：error_kinds");
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

// ANCHOR: refused
/// bind 了却没有 listen：端口占着，别人不会来监听；内核对连接请求回 RST。
fn refused() -> io::Result<io::Error> {
    let socket = tcp_socket()?;
    let addr = loopback(0); // 端口 0：由内核选一个空闲的
    let addr_len = mem::size_of::<sockaddr_in>() as socklen_t;
    // SAFETY: addr 是初始化好的 sockaddr_in，addr_len 是它的真实大小，内核只读它。
    let ret = unsafe { libc::bind(socket.as_raw_fd(), (&raw const addr).cast(), addr_len) };
    cvt("bind", ret)?;
    // TcpListener 只是一个拥有描述符的壳：借它的 local_addr 查出内核选的端口。
    let bound = TcpListener::from(socket);
    let addr = bound.local_addr().map_err(during("getsockname"))?;
    expected(
        "connect",
        TcpStream::connect_timeout(&addr, LIMIT),
        io::ErrorKind::ConnectionRefused,
    )
}
// ANCHOR_END: refused

// ANCHOR: in_use
fn in_use() -> io::Result<io::Error> {
    let first = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(during("bind"))?;
    let addr = first.local_addr().map_err(during("getsockname"))?;
    // std 给两个都设了 SO_REUSEADDR，也不行：第一个正在监听。
    expected("bind", TcpListener::bind(addr), io::ErrorKind::AddrInUse)
}
// ANCHOR_END: in_use

fn broken_pipe() -> io::Result<io::Error> {
    let (mut client, server) = tcp_pair()?;
    drop(server); // 对端关闭，发来 FIN
    expect_eof(&mut client)?; // FIN 到了
    client.write_all(b"x").map_err(during("write"))?; // 仍然成功；对端的内核回 RST
    wait_for_reset(&client)?;
    expected("write", client.write(b"x"), io::ErrorKind::BrokenPipe)
}

// ANCHOR: reset
fn reset() -> io::Result<io::Error> {
    let (mut client, server) = tcp_pair()?;
    client.write_all(b"x").map_err(during("write"))?;
    server.peek(&mut [0]).map_err(during("recv"))?; // 看一眼：字节到了，但不取走
    drop(server); // 接收缓冲区里还有没读的字节就 close，内核发的是 RST，不是 FIN
    expected(
        "read",
        client.read(&mut [0]),
        io::ErrorKind::ConnectionReset,
    )
}
// ANCHOR_END: reset

// ANCHOR: would_block
fn would_block() -> io::Result<io::Error> {
    let (mut client, _server) = tcp_pair()?;
    client.set_nonblocking(true).map_err(during("ioctl"))?;
    expected("read", client.read(&mut [0]), io::ErrorKind::WouldBlock)
}
// ANCHOR_END: would_block

/// 要的就是失败：取出 `kind` 这种错误；成功了，或者是别的错误，才算出错。
fn expected<T>(call: &str, result: io::Result<T>, kind: io::ErrorKind) -> io::Result<io::Error> {
    match result {
        Ok(_) => Err(io::Error::other(format!("{call} 成功了，本该失败"))),
        Err(err) if err.kind() == kind => Ok(err),
        Err(err) => Err(during(call)(err)),
    }
}

/// 环回接口上的一条连接，两头都在这个进程里：先是客户端，后是服务器。
fn tcp_pair() -> io::Result<(TcpStream, TcpStream)> {
    // 端口写 0，由内核选一个空闲的。
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(during("bind"))?;
    let addr = listener.local_addr().map_err(during("getsockname"))?;
    // 还没 accept 也连得上：握手由内核完成，连接先在积压队列里等着。
    let client = TcpStream::connect_timeout(&addr, LIMIT).map_err(during("connect"))?;
    client
        .set_read_timeout(Some(LIMIT))
        .map_err(during("setsockopt"))?;
    let (server, _) = listener.accept().map_err(during("accept"))?;
    Ok((client, server))
}

/// 等到 RST 到来。poll 不用登记就会报告 POLLERR 和 POLLHUP，所以 events 是空的。
fn wait_for_reset(stream: &TcpStream) -> io::Result<()> {
    let mut watched = libc::pollfd {
        fd: stream.as_raw_fd(),
        events: 0,
        revents: 0,
    };
    loop {
        // SAFETY: 指针指向一个 pollfd，个数写的就是 1。
        let ret = unsafe { libc::poll(&raw mut watched, 1, 2000) }; // 最多等 2000 毫秒
        match cvt("poll", ret) {
            Ok(0) => return Err(io::Error::other("等了 2 秒，RST 没有到")),
            Ok(_) => return Ok(()),
            Err(err) if err.kind() == io::ErrorKind::Interrupted => continue,
            Err(err) => return Err(err),
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
