//! tcp_client 的 std 版：一个 1 字节的缓冲区，读到 0 为止，数清楚读了几次。

use std::env;
use std::ffi::OsString;
use std::fmt::Display;
use std::io::{self, Read};
use std::net::{IpAddr, SocketAddr, TcpStream};
use std::process::ExitCode;
use std::time::Duration;

/// 这么久还连不上、或者对端不说话，就报错。不设的话，connect 要等两分钟左右，read 会一直等。
const LIMIT: Duration = Duration::from_secs(5);
/// 一句招呼用不了这么长。对端说个不停的话，不能让它占满内存。
const MAX: usize = 65536;

// ANCHOR: greet
fn greet(server: SocketAddr, size: usize) -> io::Result<()> {
    let mut stream =
        TcpStream::connect_timeout(&server, LIMIT).map_err(during(format!("connect {server}")))?;
    stream
        .set_read_timeout(Some(LIMIT))
        .map_err(during("setsockopt"))?;

    let mut message = Vec::new();
    let mut buf = vec![0; size];
    let mut reads = 0_u64; // 全部 read
    let mut full_reads = 0_u64; // 返回非 0 的 read
    loop {
        let n = read(&mut stream, &mut buf)?;
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
            eprintln!("{why}。用法：tcp_client_std <IP> <端口> [缓冲区字节数]");
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

/// Read::read 被信号打断时返回 Interrupted，什么也没读到：重来一次。
fn read(stream: &mut TcpStream, buf: &mut [u8]) -> io::Result<usize> {
    loop {
        match stream.read(buf) {
            Err(err) if err.kind() == io::ErrorKind::Interrupted => {}
            result => return result.map_err(during("read（至多等 5 秒）")),
        }
    }
}

/// std 的错误只说原因；补上是哪一步出的错。
fn during(call: impl Display) -> impl FnOnce(io::Error) -> io::Error {
    move |err| io::Error::new(err.kind(), format!("{call}：{err}"))
}

fn parse_args(args: Vec<OsString>) -> Result<(SocketAddr, usize), String> {
    let (ip, port, size) = match args.as_slice() {
        [ip, port] => (ip, port, None),
        [ip, port, size] => (ip, port, Some(size)),
        _ => return Err(format!("要 2～3 个参数，给了 {} 个", args.len())),
    };
    let ip: IpAddr = match ip.to_str().and_then(|text| text.parse().ok()) {
        Some(ip) => ip,
        None => return Err(format!("IP 要写成 127.0.0.1 或 ::1 这样，给的是 {ip:?}")),
    };
    let server = match port.to_str().and_then(|text| text.parse().ok()) {
        Some(port) if port != 0 => SocketAddr::new(ip, port),
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
