//! 流量控制：对端不读，写就停下来，一个字节也不丢；对端读走了，又能接着写。

use std::env;
use std::ffi::OsString;
use std::fmt::Display;
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process::ExitCode;
use std::time::Duration;

/// 连接、读、写都至多等这么久。
const LIMIT: Duration = Duration::from_secs(2);
const CHUNK: usize = 4096;

// ANCHOR: run
fn run() -> io::Result<()> {
    let (mut writer, mut reader) = tcp_pair()?;

    // 没有人读，一直写到写不进去。非阻塞的套接字这时报 WouldBlock；阻塞的会停在 write 里。
    set_nonblocking(&writer, true)?;
    let mut written = 0;
    let stop = loop {
        match retry("write", || writer.write(&pattern(written))) {
            Ok(n) => written += n as u64,
            Err(err) if err.kind() == io::ErrorKind::WouldBlock => break err,
            Err(err) => return Err(err),
        }
    };
    println!("没有人读，写进 {written} 字节以后：");
    println!("  {stop}");

    // 这些字节在哪里？一部分在对端的接收缓冲区，其余在本端的发送缓冲区。现在全部读出来。
    let mut buf = [0; CHUNK];
    let mut read = 0;
    while read < written {
        let n = retry("read", || reader.read(&mut buf))?;
        if n == 0 || buf[..n] != pattern(read)[..n] {
            return Err(io::Error::other(format!("第 {read} 字节起，与写的不同")));
        }
        read += n as u64;
    }
    println!("对端读出 {read} 字节：个数相等，内容相同");

    // 接收缓冲区空了，内核把新的窗口告诉写的一方，它又能写了。
    set_nonblocking(&writer, false)?;
    let n = retry("write", || writer.write(&pattern(written)))?;
    println!("再写，又写进 {n} 字节");
    Ok(())
}
// ANCHOR_END: run

fn main() -> ExitCode {
    if let Err(why) = parse_args(env::args_os().skip(1).collect()) {
        eprintln!("{why}。用法：flow_control");
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

// ANCHOR: pattern
/// 从第 start 个字节起，应该写、也应该读到的 4096 个字节：每 251 个一循环，错位就看得出来。
fn pattern(start: u64) -> [u8; CHUNK] {
    let mut data = [0; CHUNK];
    for (at, byte) in (start..).zip(&mut data) {
        *byte = (at % 251) as u8;
    }
    data
}
// ANCHOR_END: pattern

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

fn set_nonblocking(stream: &TcpStream, on: bool) -> io::Result<()> {
    stream.set_nonblocking(on).map_err(during("设置非阻塞"))
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
