//! 习题 6 的服务器：Hello World! 的 12 个字节分 12 次写，每次一个字节，中间可以停一停。

use std::env;
use std::ffi::OsString;
use std::fmt::Display;
use std::io::{self, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::process::ExitCode;
use std::thread;
use std::time::Duration;

// ANCHOR: serve
fn serve(port: u16, gap: Duration) -> io::Result<()> {
    let address = (Ipv4Addr::LOCALHOST, port);
    let listener = TcpListener::bind(address).map_err(during("bind"))?;
    let (mut peer, peer_addr) = listener.accept().map_err(during("accept"))?;
    println!("新客户端：{peer_addr}");

    let mut written = 0;
    for byte in b"Hello World!".chunks(1) {
        // write 返回成功，只说明这个字节进了发送缓冲区。内核可以把几个字节攒成一段再发：
        // 前一段还没得到确认时，小段会等一等（Nagle 算法），所以 12 次写不等于 12 个报文段。
        match peer.write_all(byte) {
            Ok(()) => written += byte.len(),
            Err(err) if is_gone(&err) => {
                println!("写了 {written} 个字节，客户端已经离开");
                return Ok(());
            }
            Err(err) => return Err(during("write")(err)),
        }
        if !gap.is_zero() {
            thread::sleep(gap);
        }
    }
    println!("写了 {written} 个字节，全部写完");
    Ok(())
}
// ANCHOR_END: serve

fn main() -> ExitCode {
    let (port, gap) = match parse_args(env::args_os().skip(1).collect()) {
        Ok(args) => args,
        Err(why) => {
            eprintln!("{why}。用法：tcp_server_wait <端口> [间隔毫秒]");
            return ExitCode::from(2);
        }
    };
    match serve(port, gap) {
        Ok(()) => ExitCode::SUCCESS,
        Err(err) => {
            eprintln!("出错：{err}");
            ExitCode::FAILURE
        }
    }
}

// ANCHOR: is_gone
/// 对端关闭了连接，再写过去会引来 RST：先是 ECONNRESET 或 EPIPE，以后一直是 EPIPE。
fn is_gone(err: &io::Error) -> bool {
    matches!(
        err.kind(),
        io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe
    )
}
// ANCHOR_END: is_gone

/// std 的错误只说原因；补上是哪一步出的错。
fn during(call: impl Display) -> impl FnOnce(io::Error) -> io::Error {
    move |err| io::Error::new(err.kind(), format!("{call}：{err}"))
}

fn parse_args(args: Vec<OsString>) -> Result<(u16, Duration), String> {
    let (port, gap) = match args.as_slice() {
        [port] => (port, None),
        [port, gap] => (port, Some(gap)),
        _ => return Err(format!("要 1～2 个参数，给了 {} 个", args.len())),
    };
    let port = match port.to_str().and_then(|text| text.parse().ok()) {
        Some(port) if port != 0 => port,
        _ => return Err(format!("端口要是 1～65535 的整数，给的是 {port:?}")),
    };
    let Some(gap) = gap else {
        return Ok((port, Duration::ZERO));
    };
    match gap.to_str().and_then(|text| text.parse().ok()) {
        Some(ms) if ms <= 1000 => Ok((port, Duration::from_millis(ms))),
        _ => Err(format!("间隔要是 0～1000 毫秒，给的是 {gap:?}")),
    }
}
