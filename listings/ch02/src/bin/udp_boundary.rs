//! 数据报的边界：发几次就收几次，每次都是完整的一个；空数据报也算一个，不是结尾。

use std::env;
use std::ffi::OsString;
use std::fmt::Display;
use std::io;
use std::net::{Ipv4Addr, UdpSocket};
use std::process::ExitCode;
use std::time::Duration;

/// 收一个数据报至多等这么久。
const READ_LIMIT: Duration = Duration::from_secs(2);

// ANCHOR: run
fn run() -> io::Result<()> {
    let (sender, receiver) = udp_pair()?;
    // 第三个是空的：UDP 首部后面一个字节也没有，它仍然是一个数据报。
    let messages = ["Hello", "UDP", "", "Goodbye"];

    // 先全部发出去。它们在接收缓冲区里排着队，各是各的，不会并到一起。
    for message in messages {
        let n = retry("send", || sender.send(message.as_bytes()))?;
        println!("send 返回 {n}");
    }
    let mut buf = [0; 1024];
    for _ in messages {
        let n = retry("recv", || receiver.recv(&mut buf))?;
        let text = String::from_utf8_lossy(&buf[..n]);
        println!("recv 返回 {n}：“{text}”");
    }
    Ok(())
}
// ANCHOR_END: run

fn main() -> ExitCode {
    if let Err(why) = parse_args(env::args_os().skip(1).collect()) {
        eprintln!("{why}。用法：udp_boundary");
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

/// 两个互相认定对方的 UDP 套接字。UDP 的 connect 不握手，只在本机记下对端是谁。
fn udp_pair() -> io::Result<(UdpSocket, UdpSocket)> {
    let left = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).map_err(during("bind"))?;
    let right = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).map_err(during("bind"))?;
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
