//! 服务器和客户端在一个程序里：端口由内核选，服务器在另一个线程里招呼。

use std::env;
use std::ffi::OsString;
use std::fmt::Display;
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::process::ExitCode;
use std::thread;
use std::time::Duration;

/// 自己和自己说话，万一哪一步没成，也不许一直等下去。
const LIMIT: Duration = Duration::from_secs(2);

// ANCHOR: run
fn run() -> io::Result<()> {
    // 端口写 0，内核选一个空闲的；选了哪个，用 local_addr 问回来。
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(during("bind"))?;
    let addr = listener.local_addr().map_err(during("getsockname"))?;
    println!("内核选的端口：{}", addr.port());

    // 还没有 accept 也连得上：握手由内核完成。连上再开线程，它的 accept 就不会空等。
    let stream = TcpStream::connect_timeout(&addr, LIMIT).map_err(during("connect"))?;
    stream
        .set_read_timeout(Some(LIMIT))
        .map_err(during("setsockopt"))?;
    let server = thread::Builder::new()
        .spawn(move || serve(&listener))
        .map_err(during("开线程"))?;
    let greeted = greet(stream);
    let Ok(served) = server.join() else {
        return Err(io::Error::other("服务器线程 panic 了"));
    };
    // 两边都出错时，先说服务器的：客户端出错多半因它而起。
    let (seen, local) = (served?, greeted?);
    println!("服务器看到的对端就是客户端的本端：{}", seen == local);
    Ok(())
}

/// 招呼一个客户端，返回它的地址。
fn serve(listener: &TcpListener) -> io::Result<SocketAddr> {
    let (mut peer, peer_addr) = listener.accept().map_err(during("accept"))?;
    // 先打印再写：客户端读到结尾才打印，所以两个线程的输出次序是定的。
    println!("服务器：新客户端 {peer_addr}");
    peer.write_all(b"Hello World!").map_err(during("write"))?;
    Ok(peer_addr)
    // peer 在这里 close，客户端才读得到结尾。
}

/// 打印服务器说的话，返回自己这一端的地址。
fn greet(mut stream: TcpStream) -> io::Result<SocketAddr> {
    let mut message = Vec::new();
    stream.read_to_end(&mut message).map_err(during("read"))?;
    println!("Message from server: {}", String::from_utf8_lossy(&message));

    // 我们没有 bind：本端的端口（临时端口）是 connect 时内核选的。
    let local = stream.local_addr().map_err(during("getsockname"))?;
    let remote = stream.peer_addr().map_err(during("getpeername"))?;
    println!("客户端：本端 {local}，对端 {remote}");
    Ok(local)
}
// ANCHOR_END: run

fn main() -> ExitCode {
    if let Err(why) = parse_args(env::args_os().skip(1).collect()) {
        eprintln!("{why}。用法：hello_loopback");
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
