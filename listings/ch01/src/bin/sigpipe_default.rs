//! 把 SIGPIPE 恢复成默认处置，再往断开的连接里写：程序被信号杀死，和 C 程序一样。

use std::env;
use std::ffi::OsString;
use std::fmt::Display;
use std::io::{self, Read};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::fd::AsRawFd;
use std::process::ExitCode;
use std::time::Duration;

use libc::{c_int, c_void};

/// 自己和自己说话，万一哪一步没成，也不许一直等下去。
const LIMIT: Duration = Duration::from_secs(2);

// ANCHOR: run
fn run() -> io::Result<()> {
    // SIG_DFL：默认处置。对 SIGPIPE 来说就是终止进程。
    // SAFETY: 不装处理函数，没有代码会在信号里运行。
    if unsafe { libc::signal(libc::SIGPIPE, libc::SIG_DFL) } == libc::SIG_ERR {
        return Err(during("signal")(io::Error::last_os_error()));
    }
    let (mut client, server) = tcp_pair()?;
    drop(server); // 对端关闭，发来 FIN
    expect_eof(&mut client)?; // FIN 到了
    let nwritten = write_once(&client, b"hi").map_err(during("第一次 write"))?;
    println!("第一次 write 成功：{nwritten} 字节");

    wait_for_reset(&client)?;
    println!("RST 到了，再写一次");
    // 内核先给我们发 SIGPIPE，write 才返回 EPIPE：我们看不到它返回。
    write_once(&client, b"hi").map_err(during("第二次 write"))?;
    println!("这一行不会出现");
    Ok(())
}
// ANCHOR_END: run

fn main() -> ExitCode {
    if let Err(why) = parse_args(env::args_os().skip(1).collect()) {
        eprintln!("{why}。用法：sigpipe_default");
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
