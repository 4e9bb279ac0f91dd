//! accept 每次返回一个新的套接字，监听套接字还是原来那个，继续监听。

use std::env;
use std::ffi::OsString;
use std::fmt::Display;
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::os::fd::AsRawFd;
use std::process::ExitCode;
use std::time::Duration;

/// 自己和自己说话，万一哪一步没成，也不许一直等下去。
const LIMIT: Duration = Duration::from_secs(2);

// ANCHOR: run
fn run() -> io::Result<()> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(during("bind"))?;
    let addr = listener.local_addr().map_err(during("getsockname"))?;
    println!("监听套接字：描述符 {}，本端 {addr}", listener.as_raw_fd());

    // 客户端也在这个程序里，所以描述符隔着一个：4 和 6 是两个客户端自己的。
    let mut first = connect(addr)?;
    let mut to_first = accept(&listener)?;
    let mut second = connect(addr)?;
    let mut to_second = accept(&listener)?;

    // 两条连接各走各的。
    to_first
        .write_all("一号".as_bytes())
        .map_err(during("write"))?;
    to_second
        .write_all("二号".as_bytes())
        .map_err(during("write"))?;
    drop((to_first, to_second)); // 关掉已连接套接字，客户端才读得到结尾
    println!("第一个客户端收到：{}", read_text(&mut first)?);
    println!("第二个客户端收到：{}", read_text(&mut second)?);

    // 监听套接字不受影响，第三个照样连得上。5 号刚空出来，先被客户端拿去。
    let _third = connect(addr)?;
    accept(&listener)?;
    Ok(())
}

fn accept(listener: &TcpListener) -> io::Result<TcpStream> {
    let (stream, peer) = listener.accept().map_err(during("accept"))?;
    let local = stream.local_addr().map_err(during("getsockname"))?;
    println!(
        "accept 得到：描述符 {}，本端 {local}，对端 {peer}",
        stream.as_raw_fd()
    );
    Ok(stream)
}
// ANCHOR_END: run

// ANCHOR: other_loopback
/// 环回地址不只 127.0.0.1：127 开头的都是，不用配置就能 bind。
fn other_loopback() -> io::Result<()> {
    let ip = Ipv4Addr::new(127, 5, 6, 7);
    let listener = TcpListener::bind((ip, 0)).map_err(during(format!("bind {ip}")))?;
    let addr = listener.local_addr().map_err(during("getsockname"))?;
    connect(addr)?;
    println!("{} 也能 bind，也能连", addr.ip());
    Ok(())
}
// ANCHOR_END: other_loopback

fn main() -> ExitCode {
    if let Err(why) = parse_args(env::args_os().skip(1).collect()) {
        eprintln!("{why}。用法：accept_new_socket");
        return ExitCode::from(2);
    }
    match run().and_then(|()| other_loopback()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(err) => {
            eprintln!("出错：{err}");
            ExitCode::FAILURE
        }
    }
}

fn connect(addr: SocketAddr) -> io::Result<TcpStream> {
    let stream =
        TcpStream::connect_timeout(&addr, LIMIT).map_err(during(format!("connect {addr}")))?;
    stream
        .set_read_timeout(Some(LIMIT))
        .map_err(during("setsockopt"))?;
    Ok(stream)
}

fn read_text(stream: &mut TcpStream) -> io::Result<String> {
    let mut data = Vec::new();
    stream.read_to_end(&mut data).map_err(during("read"))?;
    Ok(String::from_utf8_lossy(&data).into_owned())
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
