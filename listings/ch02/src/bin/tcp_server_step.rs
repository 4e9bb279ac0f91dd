//! 由你来调度（一）：你说写几个字节，服务器就写几个，并等到对端内核确认收下。

use std::env;
use std::ffi::OsString;
use std::fmt::Display;
use std::io::{self, BufRead, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::fd::AsRawFd;
use std::process::ExitCode;
use std::thread;
use std::time::{Duration, Instant};

use libc::c_int;

// ANCHOR: serve
fn serve(port: u16) -> io::Result<()> {
    let address = (Ipv4Addr::LOCALHOST, port);
    let listener = TcpListener::bind(address).map_err(during("bind"))?;
    let (mut peer, peer_addr) = listener.accept().map_err(during("accept"))?;
    println!("新客户端：{peer_addr}。有 12 个字节要写，每次写几个？");

    let mut rest: &[u8] = b"Hello World!";
    let mut input = io::stdin().lock();
    while !rest.is_empty() {
        let count = next_count(&mut input, rest.len())?;
        let (piece, later) = rest.split_at(count);
        peer.write_all(piece).map_err(during("write"))?;
        wait_acked(&peer)?;
        println!("写出 {count} 字节，对端内核已收下");
        rest = later;
    }
    println!("写完了，关闭连接");
    Ok(())
}
// ANCHOR_END: serve

fn main() -> ExitCode {
    let port = match parse_args(env::args_os().skip(1).collect()) {
        Ok(port) => port,
        Err(why) => {
            eprintln!("{why}。用法：tcp_server_step <端口>");
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

/// 从输入里读下一个数，要在 1～left 之间；输入到头就返回 left，把剩下的一次写完。
/// 错 100 次就不再问。
fn next_count(input: &mut impl BufRead, left: usize) -> io::Result<usize> {
    for _ in 0..100 {
        // 一行至多看 64 个字节，免得没有换行的输入占满内存。
        let mut line = Vec::new();
        input
            .by_ref()
            .take(64)
            .read_until(b'\n', &mut line)
            .map_err(during("读标准输入"))?;
        if line.is_empty() {
            return Ok(left);
        }
        let text = String::from_utf8_lossy(&line);
        match text.trim().parse() {
            Ok(count) if (1..=left).contains(&count) => return Ok(count),
            _ => println!("要 1～{left} 的整数，给的是 {:?}", text.trim()),
        }
    }
    Err(io::Error::other("给了 100 次都不对，不再问了"))
}

// ANCHOR: wait_acked
/// 等到发出的字节都得到确认：那时它们已经在对端的接收缓冲区里，对端随时可以读到。
fn wait_acked(peer: &TcpStream) -> io::Result<()> {
    let deadline = Instant::now() + Duration::from_secs(3);
    loop {
        // 对端若已离开，RST 会记在套接字上，再等也等不到确认。
        if let Some(err) = peer.take_error().map_err(during("getsockopt"))? {
            return Err(during("write")(err));
        }
        // 套接字上的 TIOCOUTQ 又叫 SIOCOUTQ：发送缓冲区里还有多少字节没得到确认
        // （见 linux/sockios.h；tcp(7) 只说“没有发出”，不准）。
        let mut unacked: c_int = 0;
        // SAFETY: TIOCOUTQ 让内核往这个指针写一个 c_int，unacked 正是可写的 c_int。
        let ret = unsafe { libc::ioctl(peer.as_raw_fd(), libc::TIOCOUTQ, &raw mut unacked) };
        if ret == -1 {
            return Err(during("ioctl")(io::Error::last_os_error()));
        }
        if unacked == 0 {
            return Ok(());
        }
        if Instant::now() >= deadline {
            let why = "等了 3 秒，对端内核没有确认";
            return Err(io::Error::new(io::ErrorKind::TimedOut, why));
        }
        thread::sleep(Duration::from_millis(1));
    }
}
// ANCHOR_END: wait_acked

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
