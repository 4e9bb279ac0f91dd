//! 数据报不等于 UDP：AF_UNIX 的 SOCK_DGRAM 也保留边界，却不丢、不乱序。

use std::env;
use std::ffi::OsString;
use std::fmt::Display;
use std::io;
use std::os::unix::net::UnixDatagram;
use std::process::ExitCode;

const COUNT: u32 = 10_000;

// ANCHOR: run
fn run() -> io::Result<()> {
    // 一对已经连好的套接字，没有名字，只在这个进程里用得上。
    let (sender, receiver) = UnixDatagram::pair().map_err(during("socketpair"))?;
    for socket in [&sender, &receiver] {
        socket.set_nonblocking(true).map_err(during("设置非阻塞"))?;
    }

    let mut blocked = 0; // 发送方被挡住几次
    let mut received = 0;
    for number in 0..COUNT {
        let message = format!("第 {number} 个");
        loop {
            match retry("send", || sender.send(message.as_bytes())) {
                Ok(_) => break,
                // 没收走的数据报占着发送缓冲区，占满了，内核就挡住发送方，而不是扔掉数据报。
                // 阻塞的套接字会停在 send 里等；这里去收一阵，腾出地方，再发一次。
                Err(err) if err.kind() == io::ErrorKind::WouldBlock => {
                    blocked += 1;
                    match drain(&receiver, received)? {
                        0 => return Err(err), // 没有可收的，那就不是这个原因
                        count => received += count,
                    }
                }
                Err(err) => return Err(err),
            }
        }
    }
    received += drain(&receiver, received)?;

    println!("发送方被挡住 {blocked} 次，一个也没扔");
    println!("发出 {COUNT} 个，收到 {received} 个，个个完整，次序不变");
    Ok(())
}

/// 把队列里的数据报都收下来，返回收了几个。它们应该正好是第 next 个、第 next + 1 个……
fn drain(receiver: &UnixDatagram, next: u32) -> io::Result<u32> {
    let mut buf = [0; 64];
    let mut count = 0;
    loop {
        match retry("recv", || receiver.recv(&mut buf)) {
            Ok(n) if buf[..n] == *format!("第 {} 个", next + count).as_bytes() => count += 1,
            Ok(_) => return Err(io::Error::other("收到的不是下一个数据报")),
            Err(err) if err.kind() == io::ErrorKind::WouldBlock => return Ok(count),
            Err(err) => return Err(err),
        }
    }
}
// ANCHOR_END: run

fn main() -> ExitCode {
    if let Err(why) = parse_args(env::args_os().skip(1).collect()) {
        eprintln!("{why}。用法：unix_dgram");
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
