//! 同一个函数、同样的 write 和 read，把同样的字节送过一个文件，再送过一条 TCP 连接。

use std::env;
use std::ffi::OsString;
use std::fmt::Display;
use std::fs::File;
use std::io;
use std::net::{TcpListener, TcpStream};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd};
use std::process::ExitCode;
use std::time::Duration;

use libc::c_void;

const LIMIT: Duration = Duration::from_secs(2);

// ANCHOR: run
fn run() -> io::Result<()> {
    // 文件：一个描述符写，另一个读，各自从文件开头数起。
    let write_end = File::create("data.txt").map_err(during("open data.txt"))?;
    let read_end = File::open("data.txt").map_err(during("open data.txt"))?;
    pass("文件  ", write_end.as_fd(), read_end.as_fd())?;

    // 套接字：一端写，连接的另一端读。
    let (client, server) = connection()?;
    pass("套接字", client.as_fd(), server.as_fd())
}
// ANCHOR_END: run

// ANCHOR: pass
/// 从一个描述符写进去，从另一个读出来。它不知道，也不用知道，背后是什么。
fn pass(name: &str, into: BorrowedFd, out_of: BorrowedFd) -> io::Result<()> {
    let data = b"Let's go!\n";
    let mut sent = 0;
    while sent < data.len() {
        match write(into, &data[sent..])? {
            0 => return Err(io::ErrorKind::WriteZero.into()),
            n => sent += n,
        }
    }
    let mut buf = [0; 10];
    let mut received = 0;
    while received < buf.len() {
        match read(out_of, &mut buf[received..])? {
            0 => return Err(io::Error::other("read：还没读够就到头了")),
            n => received += n,
        }
    }
    let text = String::from_utf8_lossy(&buf);
    println!("{name}：写入 {sent} 字节，读出 {text:?}");
    Ok(())
}
// ANCHOR_END: pass

fn main() -> ExitCode {
    if let Err(why) = parse_args(env::args_os().skip(1).collect()) {
        eprintln!("{why}。用法：same_calls");
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

/// 自己连自己，得到一条连接的两端。端口 0：让内核挑一个空闲的。
fn connection() -> io::Result<(TcpStream, TcpStream)> {
    let listener = TcpListener::bind("127.0.0.1:0").map_err(during("bind"))?;
    let addr = listener.local_addr().map_err(during("getsockname"))?;
    // 还没 accept，connect 就成功了：内核已经完成握手，连接在积压队列里。
    let client = TcpStream::connect_timeout(&addr, LIMIT).map_err(during("connect"))?;
    let (server, _) = listener.accept().map_err(during("accept"))?;
    server
        .set_read_timeout(Some(LIMIT))
        .map_err(during("setsockopt"))?;
    Ok((client, server))
}

/// 写一次，返回写出几个字节；被信号打断就重来。
fn write(fd: BorrowedFd, data: &[u8]) -> io::Result<usize> {
    loop {
        // SAFETY: 指针和长度来自同一个切片。
        let n = unsafe { libc::write(fd.as_raw_fd(), data.as_ptr().cast::<c_void>(), data.len()) };
        if n >= 0 {
            return Ok(n as usize);
        }
        let err = io::Error::last_os_error();
        if err.kind() != io::ErrorKind::Interrupted {
            return Err(during("write")(err));
        }
    }
}

/// 读一次，返回读到几个字节；被信号打断就重来。
fn read(fd: BorrowedFd, buf: &mut [u8]) -> io::Result<usize> {
    loop {
        // SAFETY: 指针和长度来自同一个切片，内核至多写满它。
        let n = unsafe { libc::read(fd.as_raw_fd(), buf.as_mut_ptr().cast::<c_void>(), buf.len()) };
        if n >= 0 {
            return Ok(n as usize);
        }
        let err = io::Error::last_os_error();
        if err.kind() != io::ErrorKind::Interrupted {
            return Err(during("read")(err));
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
