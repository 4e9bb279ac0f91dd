//! hello_server 的 std 写法：socket、bind、listen 三步合成一个 TcpListener::bind。

use std::env;
use std::ffi::OsString;
use std::fmt::Display;
use std::io::{self, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::process::ExitCode;

// ANCHOR: serve
fn serve(port: u16) -> io::Result<()> {
    // 一个 bind 做完 socket、SO_REUSEADDR、bind、listen(128) 四件事。
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(during("bind"))?;

    // 取出一个已完成的连接；还没有连接时，程序在这里等。被信号打断时 std 会自己重试。
    let (mut peer, peer_addr) = listener.accept().map_err(during("accept"))?;
    println!("新客户端：{peer_addr}");

    // write 可能只写出一部分，write_all 补写到完为止，被信号打断也继续。
    peer.write_all(b"Hello World!").map_err(during("write"))
    // listener 和 peer 在这里离开作用域，它们的 Drop 会 close。
}
// ANCHOR_END: serve

fn main() -> ExitCode {
    let port = match parse_args(env::args_os().skip(1).collect()) {
        Ok(port) => port,
        Err(why) => {
            eprintln!("{why}。用法：hello_server_std <端口>");
            return ExitCode::from(2);
        }
    };
    match serve(port) {
        Ok(()) => ExitCode::SUCCESS,
        Err(err) => {
            eprintln!("出错：{err}");
            ExitCode::FAILURE
        }
    }
}

// ANCHOR: during
/// std 的错误只说原因；补上是哪一步出的错。
fn during(call: impl Display) -> impl FnOnce(io::Error) -> io::Error {
    move |err| io::Error::new(err.kind(), format!("{call}：{err}"))
}
// ANCHOR_END: during

fn parse_args(args: Vec<OsString>) -> Result<u16, String> {
    let [port] = args.as_slice() else {
        return Err(format!("要 1 个参数，给了 {} 个", args.len()));
    };
    match port.to_str().and_then(|text| text.parse().ok()) {
        Some(port) if port != 0 => Ok(port),
        _ => Err(format!("端口要是 1～65535 的整数，给的是 {port:?}")),
    }
}
