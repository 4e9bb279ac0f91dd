//! 习题 6 的客户端，照题目写：忙等一阵，然后只读一次。读到几个字节全凭运气。

use std::env;
use std::ffi::OsString;
use std::fmt::Display;
use std::io::{self, Read};
use std::net::{IpAddr, SocketAddr, TcpStream};
use std::process::ExitCode;
use std::time::Duration;

/// 这么久还连不上、或者对端不说话，就报错。不设的话，connect 要等两分钟左右，read 会一直等。
const LIMIT: Duration = Duration::from_secs(5);

// ANCHOR: greet
fn greet(server: SocketAddr, rounds: u32) -> io::Result<()> {
    let mut stream =
        TcpStream::connect_timeout(&server, LIMIT).map_err(during(format!("connect {server}")))?;
    stream
        .set_read_timeout(Some(LIMIT))
        .map_err(during("setsockopt"))?;

    // 忙等（busy waiting）：让处理器做无用的事来拖时间。拖了多久、对端写到哪里，都没有保证。
    for i in 0..rounds {
        println!("Wait time {i}");
    }

    // 只读一次：内核此刻手上有几个字节，就给几个。
    let mut buf = [0; 32];
    let n = read(&mut stream, &mut buf)?;
    let message = String::from_utf8_lossy(&buf[..n]);
    println!("Message from server: {message}");
    println!("一次 read，读到 {n} 个字节");
    Ok(())
}
// ANCHOR_END: greet

fn main() -> ExitCode {
    let (server, rounds) = match parse_args(env::args_os().skip(1).collect()) {
        Ok(args) => args,
        Err(why) => {
            eprintln!("{why}。用法：tcp_client_wait <IP> <端口> [忙等次数]");
            return ExitCode::from(2);
        }
    };
    match greet(server, rounds) {
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

fn parse_args(args: Vec<OsString>) -> Result<(SocketAddr, u32), String> {
    let (ip, port, rounds) = match args.as_slice() {
        [ip, port] => (ip, port, None),
        [ip, port, rounds] => (ip, port, Some(rounds)),
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
    let Some(rounds) = rounds else {
        return Ok((server, 3000));
    };
    match rounds.to_str().and_then(|text| text.parse().ok()) {
        Some(times) if times <= 1_000_000 => Ok((server, times)),
        _ => Err(format!("忙等次数要是 0～1000000，给的是 {rounds:?}")),
    }
}
