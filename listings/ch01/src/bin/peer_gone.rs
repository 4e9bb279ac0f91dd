//! 对端关闭以后再写：第一次还成功，等 RST 到了才是 BrokenPipe。Rust 程序不会因此被 SIGPIPE 杀死。

use std::env;
use std::ffi::OsString;
use std::fmt::Display;
use std::io::{self, Read};
use std::mem;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::fd::AsRawFd;
use std::process::ExitCode;
use std::ptr;
use std::time::Duration;

use libc::{c_int, c_void};

/// 自己和自己说话，万一哪一步没成，也不许一直等下去。
const LIMIT: Duration = Duration::from_secs(2);

// ANCHOR: run
fn run() -> io::Result<()> {
    println!("SIGPIPE 的处置：{}", sigpipe_disposition()?);
    let (mut client, server) = tcp_pair()?;
    drop(server); // 对端关闭，发来 FIN
    expect_eof(&mut client)?;
    println!("read 得到 0：对端已经关闭");

    // FIN 只说对端不再发送，没说它不再接收，所以内核照样把字节发出去。
    let nwritten = write_once(&client, b"hi").map_err(during("第一次 write"))?;
    println!("第一次 write 成功：{nwritten} 字节");

    // 对端已经没有人收，它的内核回 RST。等它到了再写。
    wait_for_reset(&client)?;
    match write_once(&client, b"hi") {
        Ok(_) => return Err(io::Error::other("第二次 write 成功了，本该失败")),
        Err(err) if err.kind() == io::ErrorKind::BrokenPipe => println!("第二次 write：{err}"),
        Err(err) => return Err(during("第二次 write")(err)),
    }
    println!("程序还活着");
    Ok(())
}
// ANCHOR_END: run

fn main() -> ExitCode {
    if let Err(why) = parse_args(env::args_os().skip(1).collect()) {
        eprintln!("{why}。用法：peer_gone");
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

// ANCHOR: sigpipe_disposition
/// Rust 的运行时在 main 之前把 SIGPIPE 设成了忽略；问内核现在是什么。
fn sigpipe_disposition() -> io::Result<&'static str> {
    // SAFETY: sigaction 是 C 结构，全零是它的合法值。
    let mut current: libc::sigaction = unsafe { mem::zeroed() };
    // SAFETY: 新处置是空指针，只查不改；current 可写。
    let ret = unsafe { libc::sigaction(libc::SIGPIPE, ptr::null(), &raw mut current) };
    cvt("sigaction", ret)?;
    Ok(match current.sa_sigaction {
        libc::SIG_IGN => "忽略（SIG_IGN）",
        libc::SIG_DFL => "默认（SIG_DFL）",
        _ => "有处理函数",
    })
}
// ANCHOR_END: sigpipe_disposition

/// 只写一次。用 libc::write 而不用 std 的 Write：后者是 sendto 加 MSG_NOSIGNAL，从不引发 SIGPIPE。
fn write_once(stream: &TcpStream, data: &[u8]) -> io::Result<usize> {
    loop {
        // SAFETY: 指针和长度来自同一个切片。
        let n = unsafe {
            libc::write(
                stream.as_raw_fd(),
                data.as_ptr().cast::<c_void>(),
                data.len(),
            )
        };
        match usize::try_from(n) {
            Ok(n) => return Ok(n),
            Err(_) => {
                let err = io::Error::last_os_error();
                if err.kind() != io::ErrorKind::Interrupted {
                    return Err(err);
                }
            }
        }
    }
}

// ANCHOR: wait_for_reset
/// 等到 RST 到来。poll 不用登记就会报告 POLLERR 和 POLLHUP，所以 events 是空的。
fn wait_for_reset(stream: &TcpStream) -> io::Result<()> {
    let mut watched = libc::pollfd {
        fd: stream.as_raw_fd(),
        events: 0,
        revents: 0,
    };
    loop {
        // SAFETY: 指针指向一个 pollfd，个数写的就是 1。
        let ret = unsafe { libc::poll(&raw mut watched, 1, 2000) }; // 最多等 2000 毫秒
        match cvt("poll", ret) {
            Ok(0) => return Err(io::Error::other("等了 2 秒，RST 没有到")),
            Ok(_) => return Ok(()),
            Err(err) if err.kind() == io::ErrorKind::Interrupted => continue,
            Err(err) => return Err(err),
        }
    }
}
// ANCHOR_END: wait_for_reset

/// 环回接口上的一条连接，两头都在这个进程里：先是客户端，后是服务器。
fn tcp_pair() -> io::Result<(TcpStream, TcpStream)> {
    // 端口写 0，由内核选一个空闲的。
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(during("bind"))?;
    let addr = listener.local_addr().map_err(during("getsockname"))?;
    // 还没 accept 也连得上：握手由内核完成，连接先在积压队列里等着。
    let client = TcpStream::connect_timeout(&addr, LIMIT).map_err(during("connect"))?;
    client
        .set_read_timeout(Some(LIMIT))
        .map_err(during("setsockopt"))?;
    let (server, _) = listener.accept().map_err(during("accept"))?;
    Ok((client, server))
}

/// 系统调用失败时返回 -1，原因放在 errno 里。趁 errno 还没被别的调用改掉，把它取成 io::Error。
fn cvt(call: &str, ret: c_int) -> io::Result<c_int> {
    if ret == -1 {
        let err = io::Error::last_os_error();
        return Err(io::Error::new(err.kind(), format!("{call}：{err}")));
    }
    Ok(ret)
}

/// 等对端的 FIN：读到 0 才算。被信号打断时 read_exact 会重来。
fn expect_eof(stream: &mut TcpStream) -> io::Result<()> {
    match stream.read_exact(&mut [0]) {
        Err(err) if err.kind() == io::ErrorKind::UnexpectedEof => Ok(()),
        Err(err) => Err(during("read")(err)),
        Ok(()) => Err(io::Error::other("read：对端还有数据，本该到头了")),
    }
}

/// std 的错误只说原因；补上是哪一步出的错。
fn during(call: impl Display) -> impl FnOnce(io::Error) -> io::Error {
    move |err| io::Error::new(err.kind(), format!("{call}：{err}"))
}

fn parse_args(args: Vec<OsString>) -> Result<(), String> {
    match args.len() {
        0 => Ok(()),
        n => Err(format!("不要参数，给了 {n} 个")),
    }
}
