//! 习题 6 的正确做法：不等，不猜，读到对端关闭为止。
//! 服务器写得多慢，都是 12 个字节；它不关就一直等，Ctrl-C 结束。

use std::env;
use std::ffi::OsString;
use std::fmt::Display;
use std::io::{self, Read};
use std::net::{IpAddr, SocketAddr, TcpStream};
use std::process::ExitCode;
use std::time::Duration;

/// 这么久还连不上就报错；不设的话，对端没有回音时要等两分钟左右。
const CONNECT_LIMIT: Duration = Duration::from_secs(5);
/// 一句招呼用不了这么长。对端说个不停的话，不能让它占满内存。
const MAX: u64 = 65536;

// ANCHOR: greet
fn greet(server: SocketAddr) -> io::Result<()> {
    let stream = TcpStream::connect_timeout(&server, CONNECT_LIMIT)
        .map_err(during(format!("connect {server}")))?;

    // 一次次地 read，直到返回 0。还没有数据时，内核让程序睡着等，不烧处理器。
    let mut message = Vec::new();
    let mut limited = stream.take(MAX);
    let n = limited.read_to_end(&mut message).map_err(during("read"))?;
    if limited.limit() == 0 {
        return Err(io::Error::other(format!("对端说了至少 {MAX} 字节，不听了")));
    }

    println!("Message from server: {}", String::from_utf8_lossy(&message));
    println!("读到对端关闭，共 {n} 个字节");
    Ok(())
}
// ANCHOR_END: greet

fn main() -> ExitCode {
    let server = match parse_args(env::args_os().skip(1).collect()) {
        Ok(server) => server,
        Err(why) => {
            eprintln!("{why}。用法：tcp_client_wait_eof <IP> <端口>");
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
