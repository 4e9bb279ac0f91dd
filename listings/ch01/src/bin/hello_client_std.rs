//! hello_client 的 std 写法：TcpStream 读到结尾。IPv4 和 IPv6 的地址都行。

use std::env;
use std::ffi::OsString;
use std::fmt::Display;
use std::io::{self, Read};
use std::net::{IpAddr, SocketAddr, TcpStream};
use std::process::ExitCode;
use std::time::Duration;

// ANCHOR: greet
/// 对端没有回音时，connect 和每次 read 至多等这么久。
const LIMIT: Duration = Duration::from_secs(5);
/// 一句招呼用不了这么长。对端说个不停的话，不能让它占满内存。
const MAX: u64 = 65536;

fn greet(server: SocketAddr) -> io::Result<()> {
    // 按地址的种类造套接字，再 connect。
    let stream =
        TcpStream::connect_timeout(&server, LIMIT).map_err(during(format!("connect {server}")))?;
    stream
        .set_read_timeout(Some(LIMIT))
        .map_err(during("setsockopt"))?;

    // 读到 0（对端不再发送）为止；一次 read 读到多少没有保证。
    let mut message = Vec::new();
    let mut limited = stream.take(MAX);
    limited
        .read_to_end(&mut message)
        .map_err(during("read（至多等 5 秒）"))?;
    if limited.limit() == 0 {
        return Err(io::Error::other(format!("对端说了至少 {MAX} 字节，不听了")));
    }

    // 收到的是字节。read_to_string 遇到不是 UTF-8 的会报错；这里换成 � 照样打印。
    println!("Message from server: {}", String::from_utf8_lossy(&message));
    Ok(())
}
// ANCHOR_END: greet

fn main() -> ExitCode {
    let server = match parse_args(env::args_os().skip(1).collect()) {
        Ok(server) => server,
        Err(why) => {
            eprintln!("{why}。用法：hello_client_std <IP> <端口>");
            return ExitCode::from(2);
        }
    };
    match greet(server) {
        Ok(()) => ExitCode::SUCCESS,
        Err(err) => {
            eprintln!("出错：{err}");
            ExitCode::FAILURE
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
