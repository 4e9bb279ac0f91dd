//! UDP 有消息边界（二）：发送三次，长短不同，每次都是一个独立的数据报。

use std::env;
use std::ffi::OsString;
use std::fmt::Display;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::process::ExitCode;

// ANCHOR: send
fn send(receiver: SocketAddr) -> io::Result<()> {
    // 端口写 0，内核替我们选一个临时端口；地址写全零，发送时内核再按目的地选。
    let any: IpAddr = match receiver {
        SocketAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
        SocketAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
    };
    let socket = UdpSocket::bind((any, 0)).map_err(during("bind"))?;

    for message in ["Hello", "UDP", "Goodbye"] {
        // 每次都要写明寄给谁。返回成功只说明数据报交给了本机内核，对端收没收到，这里无从知道。
        let n = send_to(&socket, message.as_bytes(), receiver)?;
        println!("sendto 发出 {n} 字节：{message}");
    }
    Ok(())
}
// ANCHOR_END: send

fn main() -> ExitCode {
    let receiver = match parse_args(env::args_os().skip(1).collect()) {
        Ok(receiver) => receiver,
        Err(why) => {
            eprintln!("{why}。用法：udp_sender <IP> <端口>");
            return ExitCode::from(2);
        }
    };
    match send(receiver) {
        Ok(()) => ExitCode::SUCCESS,
        Err(err) => {
            eprintln!("出错：{err}");
            ExitCode::FAILURE
        }
    }
}

/// 发一个数据报：要么整个发出，要么一个字节也没发，不会只发一部分。被信号打断就重来。
fn send_to(socket: &UdpSocket, message: &[u8], receiver: SocketAddr) -> io::Result<usize> {
    loop {
        match socket.send_to(message, receiver) {
            Err(err) if err.kind() == io::ErrorKind::Interrupted => {}
            result => return result.map_err(during(format!("sendto {receiver}"))),
        }
    }
}

/// std 的错误只说原因；补上是哪一步出的错。
fn during(call: impl Display) -> impl FnOnce(io::Error) -> io::Error {
    move |err| io::Error::new(err.kind(), format!("{call}：{err}"))
}

fn parse_args(args: Vec<OsString>) -> Result<SocketAddr, String> {
    let [ip, port] = args.as_slice() else {
        return Err(format!("要 2 个参数，给了 {} 个", args.len()));
    };
    let ip: IpAddr = match ip.to_str().and_then(|text| text.parse().ok()) {
        Some(ip) => ip,
        None => return Err(format!("IP 要写成 127.0.0.1 或 ::1 这样，给的是 {ip:?}")),
    };
    match port.to_str().and_then(|text| text.parse().ok()) {
        Some(port) if port != 0 => Ok(SocketAddr::new(ip, port)),
        _ => Err(format!("端口要是 1～65535 的整数，给的是 {port:?}")),
    }
}
