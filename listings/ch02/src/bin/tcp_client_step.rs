//! 由你来调度（二）：按一次回车，客户端读一次，看这一次读到几个字节。
//! 对端还没写就一直等，Ctrl-C 结束。

use std::env;
use std::ffi::OsString;
use std::fmt::Display;
use std::io::{self, BufRead, Read};
use std::net::{IpAddr, SocketAddr, TcpStream};
use std::process::ExitCode;
use std::time::Duration;

/// 这么久还连不上就报错；不设的话，对端没有回音时要等两分钟左右。
const CONNECT_LIMIT: Duration = Duration::from_secs(5);

// ANCHOR: greet
fn greet(server: SocketAddr) -> io::Result<()> {
    let mut stream = TcpStream::connect_timeout(&server, CONNECT_LIMIT)
        .map_err(during(format!("connect {server}")))?;
    println!("连上了。按一次回车，读一次");

    let mut buf = [0; 32];
    let mut input = io::stdin().lock();
    while wait_enter(&mut input)? {
        // 只 read 一次：接收缓冲区里有几个字节就拿几个，空的就等。
        let n = read(&mut stream, &mut buf)?;
        if n == 0 {
            println!("read 返回 0：对端关闭了连接");
            return Ok(());
        }
        println!("read 返回 {n}：{}", String::from_utf8_lossy(&buf[..n]));
    }
    println!("输入到头了，不再读");
    Ok(())
}
// ANCHOR_END: greet

fn main() -> ExitCode {
    let server = match parse_args(env::args_os().skip(1).collect()) {
        Ok(server) => server,
        Err(why) => {
            eprintln!("{why}。用法：tcp_client_step <IP> <端口>");
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

/// 等一次回车；输入到头就返回 false。一行至多看 4096 个字节，没有换行的输入也看得完。
fn wait_enter(input: &mut impl BufRead) -> io::Result<bool> {
    let n = input
        .take(4096)
        .skip_until(b'\n')
        .map_err(during("读标准输入"))?;
    Ok(n > 0)
}

/// Read::read 被信号打断时返回 Interrupted，什么也没读到：重来一次。
fn read(stream: &mut TcpStream, buf: &mut [u8]) -> io::Result<usize> {
    loop {
        match stream.read(buf) {
            Err(err) if err.kind() == io::ErrorKind::Interrupted => {}
            result => return result.map_err(during("read")),
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
