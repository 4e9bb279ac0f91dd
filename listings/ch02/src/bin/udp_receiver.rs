//! UDP 有消息边界（一）：接收三次，每次正好是对端发出的一个数据报。

use std::env;
use std::ffi::OsString;
use std::fmt::Display;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::process::ExitCode;
use std::time::Duration;

// ANCHOR: receive
fn receive(port: u16) -> io::Result<()> {
    // 一个 SOCK_DGRAM 套接字，socket 加 bind 两步就能收：没有 listen，没有 accept，没有连接。
    let address = (Ipv4Addr::LOCALHOST, port);
    let socket = UdpSocket::bind(address).map_err(during("bind"))?;
    // 数据报可能丢，丢了不会有人告诉我们：给等待定个时限。
    socket
        .set_read_timeout(Some(Duration::from_secs(10)))
        .map_err(during("setsockopt"))?;
    println!("等 3 个数据报，每个至多等 10 秒");

    // UDP 数据报不会比 65535 字节大，这个缓冲区总装得下，不会截断。
    let mut buf = vec![0; 65535];
    for i in 1..=3 {
        let (n, _sender) = recv_from(&socket, &mut buf)?;
        let text = String::from_utf8_lossy(&buf[..n]);
        println!("第 {i} 次 recvfrom：{n} 字节，{text}");
    }
    Ok(())
}
// ANCHOR_END: receive

fn main() -> ExitCode {
    let port = match parse_args(env::args_os().skip(1).collect()) {
        Ok(port) => port,
        Err(why) => {
            eprintln!("{why}。用法：udp_receiver <端口>");
            return ExitCode::from(2);
        }
    };
    match receive(port) {
        Ok(()) => ExitCode::SUCCESS,
        Err(err) => {
            eprintln!("出错：{err}");
            ExitCode::FAILURE
        }
    }
}

// ANCHOR: recv_from
/// 收一个数据报。被信号打断就重来；到了时限，内核返回的是 EAGAIN（WouldBlock）。
fn recv_from(socket: &UdpSocket, buf: &mut [u8]) -> io::Result<(usize, SocketAddr)> {
    loop {
        match socket.recv_from(buf) {
            Err(err) if err.kind() == io::ErrorKind::Interrupted => {}
            Err(err) if err.kind() == io::ErrorKind::WouldBlock => {
                return Err(during("等了 10 秒没有数据报")(err));
            }
            result => return result.map_err(during("recvfrom")),
        }
    }
}
// ANCHOR_END: recv_from

/// std 的错误只说原因；补上是哪一步出的错。
fn during(call: impl Display) -> impl FnOnce(io::Error) -> io::Error {
    move |err| io::Error::new(err.kind(), format!("{call}：{err}"))
}

fn parse_args(args: Vec<OsString>) -> Result<u16, String> {
    let [port] = args.as_slice() else {
        return Err(format!("要 1 个参数，给了 {} 个", args.len()));
    };
    match port.to_str().and_then(|text| text.parse().ok()) {
        Some(port) if port != 0 => Ok(port),
        _ => Err(format!("端口要是 1～65535 的整数，给的是 {port:?}")),
    }
}
