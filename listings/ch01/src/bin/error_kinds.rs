//! 同一个错误的两个名字：内核的 errno，std 的 ErrorKind。每一种都真的惹出来看。

use std::env;
use std::ffi::OsString;
use std::fs::File;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::process::ExitCode;
use std::time::Duration;

const LIMIT: Duration = Duration::from_secs(2);

// ANCHOR: run
fn run() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").map_err(|err| context("bind", err))?;
    let addr = listener
        .local_addr()
        .map_err(|err| context("getsockname", err))?;

    // 文件不存在。
    expect(ErrorKind::NotFound, File::open("no-such-file"))?;

    // 端口已经有人监听。
    expect(ErrorKind::AddrInUse, TcpListener::bind(addr))?;

    // 同一个端口，换一个环回地址：那里没有人监听。
    let nobody = SocketAddr::from((Ipv4Addr::new(127, 0, 0, 2), addr.port()));
    let refused = TcpStream::connect_timeout(&nobody, LIMIT);
    expect(ErrorKind::ConnectionRefused, refused)?;

    // 非阻塞的监听套接字，积压队列是空的：不等，立刻回来。
    listener
        .set_nonblocking(true)
        .map_err(|err| context("ioctl", err))?;
    expect(ErrorKind::WouldBlock, listener.accept())?;
    listener
        .set_nonblocking(false)
        .map_err(|err| context("ioctl", err))?;

    // 已经说过不再写，又写。内核还会发 SIGPIPE，Rust 程序启动时已经忽略了它。
    let (mut client, _server) = connection(&listener, &addr)?;
    client
        .shutdown(Shutdown::Write)
        .map_err(|err| context("shutdown", err))?;
    expect(ErrorKind::BrokenPipe, client.write(b"x"))?;

    // 对端没读完就关闭，它的内核发来 RST 而不是 FIN。
    let (mut client, server) = connection(&listener, &addr)?;
    client
        .write_all(b"x")
        .map_err(|err| context("write", err))?;
    server.peek(&mut [0]).map_err(|err| context("recv", err))?; // 等 x 到了，但不取走
    drop(server);
    expect(ErrorKind::ConnectionReset, client.read(&mut [0]))
}
// ANCHOR_END: run

// ANCHOR: expect
/// 这一步应该失败，而且是这一种错误；不是这样，书就写错了。
fn expect<T>(kind: ErrorKind, result: io::Result<T>) -> io::Result<()> {
    match result {
        Err(err) if err.kind() == kind => {
            println!("{kind:?}：{err}");
            Ok(())
        }
        Err(err) => Err(context(&format!("应该是 {kind:?}，却是"), err)),
        Ok(_) => Err(io::Error::other(format!("应该是 {kind:?}，却成功了"))),
    }
}
// ANCHOR_END: expect

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

/// 连上自己的监听套接字，得到一条连接的两端。
fn connection(listener: &TcpListener, addr: &SocketAddr) -> io::Result<(TcpStream, TcpStream)> {
    let client = TcpStream::connect_timeout(addr, LIMIT).map_err(|err| context("connect", err))?;
    let (server, _) = listener.accept().map_err(|err| context("accept", err))?;
    for stream in [&client, &server] {
        stream
            .set_read_timeout(Some(LIMIT))
            .map_err(|err| context("setsockopt", err))?;
    }
    Ok((client, server))
}

/// std 的错误只说原因，不说是哪一步；补上。
fn context(call: &str, err: io::Error) -> io::Error {
    io::Error::new(err.kind(), format!("{call}：{err}"))
}

fn parse_args(args: Vec<OsString>) -> Result<(), String> {
    if args.is_empty() {
        return Ok(());
    }
    Err(format!("不要参数，给了 {} 个", args.len()))
}
