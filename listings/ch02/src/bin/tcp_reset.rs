//! “TCP 不丢数据”的边界：对端没读完就关闭，连接会被重置；write 成功不等于对端读到了。

use std::env;
use std::ffi::OsString;
use std::fmt::Display;
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process::ExitCode;
use std::time::Duration;

/// 连接、读、写都至多等这么久。
const LIMIT: Duration = Duration::from_secs(2);

// ANCHOR: run
fn run() -> io::Result<()> {
    // 对端读完再关闭：内核发 FIN，这一端读到 0。
    let (mut here, mut there) = tcp_pair()?;
    write_hello(&mut here)?;
    let n = retry("read", || there.read(&mut [0; 32]))?;
    println!("对端 read 到 {n} 字节，然后关闭");
    drop(there);
    report(&mut here)?;

    // 对端没读就关闭：数据还在它的接收缓冲区里，再也没有人会读，内核发 RST。
    let (mut here, there) = tcp_pair()?;
    write_hello(&mut here)?;
    // peek 只看不取：它返回了，数据就已经到了对端的接收缓冲区，而且还留在里面。
    let n = retry("recv", || there.peek(&mut [0; 32]))?;
    println!("对端有 {n} 字节没读，直接关闭");
    drop(there);
    report(&mut here)
}

/// 读一次，打印读到什么。
fn report(stream: &mut TcpStream) -> io::Result<()> {
    match retry("read", || stream.read(&mut [0; 32])) {
        Ok(n) => println!("  这一端 read 返回 {n}"),
        Err(err) if err.kind() == io::ErrorKind::ConnectionReset => {
            println!("  这一端 {err}");
        }
        Err(err) => return Err(err),
    }
    Ok(())
}
// ANCHOR_END: run

fn main() -> ExitCode {
    if let Err(why) = parse_args(env::args_os().skip(1).collect()) {
        eprintln!("{why}。用法：tcp_reset");
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

fn write_hello(stream: &mut TcpStream) -> io::Result<()> {
    stream.write_all(b"Hello World!").map_err(during("write"))?;
    println!("这一端 write 了 12 字节，成功");
    Ok(())
}

/// 同一个进程里的一条 TCP 连接的两端。
fn tcp_pair() -> io::Result<(TcpStream, TcpStream)> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(during("bind"))?;
    let address = listener.local_addr().map_err(during("getsockname"))?;
    // 内核在 listen 之后就替我们握手，不必等 accept：先连上，再取出来。
    let left = TcpStream::connect_timeout(&address, LIMIT).map_err(during("connect"))?;
    let (right, _) = listener.accept().map_err(during("accept"))?;
    for stream in [&left, &right] {
        stream
            .set_read_timeout(Some(LIMIT))
            .and_then(|()| stream.set_write_timeout(Some(LIMIT)))
            .map_err(during("setsockopt"))?;
    }
    Ok((left, right))
}

/// 调用被信号打断就重来；失败就写明是哪个调用。
fn retry<T>(call: &str, mut op: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    loop {
        match op() {
            Err(err) if err.kind() == io::ErrorKind::Interrupted => {}
            result => return result.map_err(during(call)),
        }
    }
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
