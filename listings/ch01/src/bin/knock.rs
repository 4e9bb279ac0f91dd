//! 敲门：连上就写两个字节，不等服务器 accept，也不读。

use std::env;
use std::ffi::OsString;
use std::fmt::Display;
use std::io::{self, Write};
use std::net::{IpAddr, SocketAddr, TcpStream};
use std::process::ExitCode;
use std::time::Duration;

// ANCHOR: knock
fn knock(server: SocketAddr) -> io::Result<()> {
    // connect 等的是对端内核的握手，与对端的程序有没有 accept 无关。
    let mut stream = TcpStream::connect_timeout(&server, Duration::from_secs(5))
        .map_err(during(format!("connect {server}")))?;
    println!("connect 成功");

    // write 成功只说明字节进了本机的发送缓冲区，不说明对端的程序读到了。
    let data = b"hi";
    stream.write_all(data).map_err(during("write"))?;
    println!("write 成功：{} 字节", data.len());
    Ok(())
    // stream 在这里 close：内核发完剩下的字节，再发 FIN。
}
// ANCHOR_END: knock

fn main() -> ExitCode {
    let server = match parse_args(env::args_os().skip(1).collect()) {
        Ok(server) => server,
        Err(why) => {
            eprintln!("{why}。用法：knock <IP> <端口>");
            return ExitCode::from(2);
        }
    };
    match knock(server) {
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
