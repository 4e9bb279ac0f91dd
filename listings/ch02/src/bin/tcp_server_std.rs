//! tcp_server 的 std 版：socket、SO_REUSEADDR、bind、listen 四步都在 TcpListener::bind 里。

use std::env;
use std::ffi::OsString;
use std::fmt::Display;
use std::io::{self, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::process::ExitCode;

// ANCHOR: serve
fn serve(port: u16) -> io::Result<()> {
    let address = (Ipv4Addr::LOCALHOST, port);
    let listener = TcpListener::bind(address).map_err(during("bind"))?;
    let (mut peer, peer_addr) = listener.accept().map_err(during("accept"))?;
    println!("新客户端：{peer_addr}");

    peer.write_all(b"Hello World!").map_err(during("write"))
}
// ANCHOR_END: serve

fn main() -> ExitCode {
    let port = match parse_args(env::args_os().skip(1).collect()) {
        Ok(port) => port,
        Err(why) => {
            eprintln!("{why}。用法：tcp_server_std <端口>");
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
