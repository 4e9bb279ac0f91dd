//! 数据报会丢，环回也不例外：接收缓冲区装不下的，内核直接扔掉，两边都不报错。

use std::env;
use std::ffi::OsString;
use std::fmt::Display;
use std::io;
use std::mem;
use std::net::{Ipv4Addr, UdpSocket};
use std::os::fd::AsRawFd;
use std::process::ExitCode;
use std::time::Duration;

use libc::{c_int, socklen_t};

/// 这么久没有新的数据报，就当作没有了。
const READ_LIMIT: Duration = Duration::from_millis(200);
const COUNT: u32 = 1000;

// ANCHOR: run
fn run() -> io::Result<()> {
    let (sender, receiver) = udp_pair()?;
    let size = shrink_buffer(&receiver, 4096)?;
    println!("接收缓冲区：要 4096，内核给 {size}");

    // 一口气发 1000 个，这期间没有人收。每个 100 字节，内容都是它的编号。
    for number in 0..COUNT {
        retry("send", || sender.send(&datagram(number)))?;
    }

    let mut buf = [0; 1024];
    let mut received = 0;
    loop {
        match retry("recv", || receiver.recv(&mut buf)) {
            Ok(n) if is_whole(&buf[..n]) => received += 1,
            Ok(n) => return Err(io::Error::other(format!("收到残缺的数据报，{n} 字节"))),
            Err(err) if err.kind() == io::ErrorKind::WouldBlock => break, // 等不到了
            Err(err) => return Err(err),
        }
    }
    println!("send 成功 {COUNT} 次，收到 {received} 个");
    if received < COUNT {
        println!("丢了一些；收到的个个完整，没有半个的");
    }
    Ok(())
}
// ANCHOR_END: run

fn main() -> ExitCode {
    if let Err(why) = parse_args(env::args_os().skip(1).collect()) {
        eprintln!("{why}。用法：udp_drop");
        return ExitCode::from(2);
    }
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(err) => {
            eprintln!("出错：{err}");
            ExitCode::FAILURE
        }
    }
}

/// 编号重复 25 遍，共 100 字节。
fn datagram(number: u32) -> Vec<u8> {
    number.to_be_bytes().repeat(25)
}

/// 是不是某个编号的完整的数据报。
fn is_whole(data: &[u8]) -> bool {
    match data.first_chunk() {
        Some(first) => data == datagram(u32::from_be_bytes(*first)),
        None => false,
    }
}

/// 把接收缓冲区改小，返回内核实际给的大小：它会把要的数翻一倍，多出的一半留作管理开销。
fn shrink_buffer(socket: &UdpSocket, size: c_int) -> io::Result<c_int> {
    let fd = socket.as_raw_fd();
    let mut len = mem::size_of::<c_int>() as socklen_t;
    // SAFETY: 指针指向 size，长度就是 size 的大小。
    let ret = unsafe {
        libc::setsockopt(
            fd,
            libc::SOL_SOCKET,
            libc::SO_RCVBUF,
            (&raw const size).cast(),
            len,
        )
    };
    cvt("setsockopt", ret)?;

    let mut actual: c_int = 0;
    // SAFETY: actual 和 len 都可写，len 说出了 actual 的大小，内核不会写过界。
    let ret = unsafe {
        libc::getsockopt(
            fd,
            libc::SOL_SOCKET,
            libc::SO_RCVBUF,
            (&raw mut actual).cast(),
            &raw mut len,
        )
    };
    cvt("getsockopt", ret)?;
    Ok(actual)
}

/// 系统调用失败时返回 -1，原因放在 errno 里。趁 errno 还没被别的调用改掉，把它取成 io::Error。
fn cvt(call: &str, ret: c_int) -> io::Result<c_int> {
    if ret == -1 {
        let err = io::Error::last_os_error();
        return Err(io::Error::new(err.kind(), format!("{call}：{err}")));
    }
    Ok(ret)
}

/// 两个互相认定对方的 UDP 套接字。UDP 的 connect 不握手，只在本机记下对端是谁。
fn udp_pair() -> io::Result<(UdpSocket, UdpSocket)> {
    let left = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).map_err(during("bind"))?;
    let right = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).map_err(during("bind"))?;
    for (socket, peer) in [(&left, &right), (&right, &left)] {
        let address = peer.local_addr().map_err(during("getsockname"))?;
        socket.connect(address).map_err(during("connect"))?;
        // 数据报可能丢，丢了不会有人告诉我们：给等待定个时限。
        socket
            .set_read_timeout(Some(READ_LIMIT))
            .map_err(during("setsockopt"))?;
    }
    Ok((left, right))
}

/// 调用被信号打断就重来；失败就写明是哪个调用。
fn retry<T>(call: &str, mut op: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    loop {
        match op() {
            Err(err) if err.kind() == io::ErrorKind::Interrupted => {}
            result => return result.map_err(during(call)),
        }
    }
}

/// std 的错误只说原因；补上是哪一步出的错。
fn during(call: impl Display) -> impl FnOnce(io::Error) -> io::Error {
    move |err| io::Error::new(err.kind(), format!("{call}：{err}"))
}

fn parse_args(args: Vec<OsString>) -> Result<(), String> {
    if args.is_empty() {
        return Ok(());
    }
    Err(format!("不要参数，给了 {} 个", args.len()))
}
