//! 一个数据报最大能有多大：到顶的那个发得出去，再多一个字节就不行。

use std::env;
use std::ffi::OsString;
use std::fmt::Display;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, UdpSocket};
use std::process::ExitCode;
use std::time::Duration;

/// 收一个数据报至多等这么久。
const READ_LIMIT: Duration = Duration::from_secs(2);

// ANCHOR: run
fn run(ip: IpAddr) -> io::Result<()> {
    // UDP 首部里的长度字段是 16 位，首部自己占 8 字节。
    // IPv4 的总长度字段也是 16 位，还要算上 20 字节的 IP 首部；IPv6 的那个字段不算 IP 首部。
    let largest = match ip {
        IpAddr::V4(_) => 65535 - 20 - 8,
        IpAddr::V6(_) => 65535 - 8,
    };
    let (sender, receiver) = udp_pair(ip)?;

    let mut buf = vec![0; 65535];
    for size in [largest, largest + 1] {
        let message = vec![b'x'; size];
        match retry(|| sender.send(&message)) {
            Ok(sent) => {
                let n = retry(|| receiver.recv(&mut buf)).map_err(during("recv"))?;
                println!("send {sent} 字节：成功，对端一次收到 {n} 字节");
            }
            // 数据报太大，正是这个程序要看的。std 没有给它单独的 ErrorKind，只好看错误号。
            Err(err) if err.raw_os_error() == Some(libc::EMSGSIZE) => {
                println!("send {size} 字节：{err}");
            }
            Err(err) => return Err(during("send")(err)),
        }
    }
    Ok(())
}
// ANCHOR_END: run

fn main() -> ExitCode {
    let ip = match parse_args(env::args_os().skip(1).collect()) {
        Ok(ip) => ip,
        Err(why) => {
            eprintln!("{why}。用法：udp_limits [地址族]");
            return ExitCode::from(2);
        }
    };
    match run(ip) {
        Ok(()) => ExitCode::SUCCESS,
        Err(err) => {
            eprintln!("出错：{err}");
            ExitCode::FAILURE
        }
    }
}

/// 两个互相认定对方的 UDP 套接字。UDP 的 connect 不握手，只在本机记下对端是谁。
fn udp_pair(ip: IpAddr) -> io::Result<(UdpSocket, UdpSocket)> {
    let left = UdpSocket::bind((ip, 0)).map_err(during("bind"))?;
    let right = UdpSocket::bind((ip, 0)).map_err(during("bind"))?;
    for (socket, peer) in [(&left, &right), (&right, &left)] {
        let address = peer.local_addr().map_err(during("getsockname"))?;
        socket.connect(address).map_err(during("connect"))?;
        // 数据报可能丢，丢了不会有人告诉我们：给等待定个时限。
        socket
            .set_read_timeout(Some(READ_LIMIT))
            .map_err(during("setsockopt"))?;
    }
    Ok((left, right))
}

/// 调用被信号打断就重来。
fn retry<T>(mut op: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    loop {
        match op() {
            Err(err) if err.kind() == io::ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}

/// std 的错误只说原因；补上是哪一步出的错。
fn during(call: impl Display) -> impl FnOnce(io::Error) -> io::Error {
    move |err| io::Error::new(err.kind(), format!("{call}：{err}"))
}

fn parse_args(args: Vec<OsString>) -> Result<IpAddr, String> {
    let family = match args.as_slice() {
        [] => return Ok(Ipv4Addr::LOCALHOST.into()),
        [family] => family,
        _ => return Err(format!("要 0～1 个参数，给了 {} 个", args.len())),
    };
    match family.to_str() {
        Some("AF_INET") => Ok(Ipv4Addr::LOCALHOST.into()),
        Some("AF_INET6") => Ok(Ipv6Addr::LOCALHOST.into()),
        _ => Err(format!("地址族要是 AF_INET 或 AF_INET6，给的是 {family:?}")),
    }
}
