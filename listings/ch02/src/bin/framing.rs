//! 给字节流加上边界：每条消息前面写上长度。对端怎样切块写，这边都能一条不差地拼回来。

use std::env;
use std::ffi::OsString;
use std::fmt::Display;
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process::ExitCode;
use std::thread;
use std::time::Duration;

/// 连接、读、写都至多等这么久。
const LIMIT: Duration = Duration::from_secs(2);
/// 一条消息至多这么长。长度是对端说的，不能它说多少就备多少内存。
const MAX_LEN: u32 = 64 * 1024;

const MESSAGES: [&str; 3] = ["Hello World!", "", "第三条"];

// ANCHOR: run
fn run() -> io::Result<()> {
    // 同样的三条消息，每次 write 只写 1 字节、3 字节、7 字节，或者全部一次写出。
    for piece in [1, 3, 7, 1000] {
        let messages = exchange(piece)?;
        println!("每次写 {piece} 字节，收到 {} 条：", messages.len());
        println!("  {messages:?}");
    }

    // read_frame 读什么都行，不只是套接字：这里让它从内存里读两段不合格的数据。
    let half = b"\x00\x00\x00\x0cHello"; // 说好 12 字节，只来了 5 个
    let huge = b"\xff\xff\xff\xff"; // 说有 4 GiB
    for bytes in [&half[..], &huge[..]] {
        match read_frame(&mut &*bytes) {
            Ok(frame) => println!("收到 {frame:?}"),
            Err(err) if err.kind() == io::ErrorKind::UnexpectedEof => {
                println!("UnexpectedEof：一条消息没收完，就到了结尾");
            }
            Err(err) => println!("{:?}：{err}", err.kind()),
        }
    }
    Ok(())
}
// ANCHOR_END: run

fn main() -> ExitCode {
    if let Err(why) = parse_args(env::args_os().skip(1).collect()) {
        eprintln!("{why}。用法：framing");
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

// ANCHOR: frame
/// 一帧：4 字节的长度（大端，也就是网络字节序），后面跟着那么多字节的内容。
fn write_frame(to: &mut impl Write, message: &[u8]) -> io::Result<()> {
    let len = u32::try_from(message.len())
        .ok()
        .filter(|len| *len <= MAX_LEN)
        .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "消息太长"))?;
    to.write_all(&len.to_be_bytes())?;
    to.write_all(message)
}

/// 读一帧。对端在两帧之间关闭是正常的结尾，返回 None；在一帧中间关闭，就是 UnexpectedEof。
fn read_frame(from: &mut impl Read) -> io::Result<Option<Vec<u8>>> {
    let mut header = [0; 4];
    let (first, others) = header.split_at_mut(1);
    if read(from, first)? == 0 {
        return Ok(None);
    }
    from.read_exact(others)?; // read_exact 读够为止：短读、EINTR 都由它处理

    let len = u32::from_be_bytes(header);
    if len > MAX_LEN {
        let why = format!("对端说这条消息有 {len} 字节，上限是 {MAX_LEN}");
        return Err(io::Error::new(io::ErrorKind::InvalidData, why));
    }
    let mut message = vec![0; len as usize];
    from.read_exact(&mut message)?;
    Ok(Some(message))
}
// ANCHOR_END: frame

// ANCHOR: exchange
/// 服务器线程把三帧首尾相接，每次写 piece 个字节；客户端一帧帧读回来。
fn exchange(piece: usize) -> io::Result<Vec<String>> {
    let (mut client, mut server) = tcp_pair()?;
    // 关掉 Nagle 算法：不等前一段的确认，写了就发。
    server.set_nodelay(true).map_err(during("setsockopt"))?;

    let mut bytes = Vec::new();
    for message in MESSAGES {
        write_frame(&mut bytes, message.as_bytes())?;
    }
    let writer = thread::Builder::new()
        .spawn(move || {
            // server 归这个线程所有，写完离开作用域，连接就从这一头关闭。
            bytes
                .chunks(piece)
                .try_for_each(|part| server.write_all(part))
        })
        .map_err(during("创建线程"))?;

    let mut messages = Vec::new();
    while let Some(message) = read_frame(&mut client).map_err(during("read"))? {
        messages.push(String::from_utf8_lossy(&message).into_owned());
    }
    match writer.join() {
        Ok(result) => result.map_err(during("write"))?,
        Err(_) => return Err(io::Error::other("写的线程崩溃了")),
    }
    Ok(messages)
}
// ANCHOR_END: exchange

/// Read::read 被信号打断时返回 Interrupted，什么也没读到：重来一次。
fn read(from: &mut impl Read, buf: &mut [u8]) -> io::Result<usize> {
    loop {
        match from.read(buf) {
            Err(err) if err.kind() == io::ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}

/// 同一个进程里的一条 TCP 连接的两端。
fn tcp_pair() -> io::Result<(TcpStream, TcpStream)> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(during("bind"))?;
    let address = listener.local_addr().map_err(during("getsockname"))?;
    // 内核在 listen 之后就替我们握手，不必等 accept：先连上，再取出来。
    let left = TcpStream::connect_timeout(&address, LIMIT).map_err(during("connect"))?;
    let (right, _) = listener.accept().map_err(during("accept"))?;
    for stream in [&left, &right] {
        stream
            .set_read_timeout(Some(LIMIT))
            .and_then(|()| stream.set_write_timeout(Some(LIMIT)))
            .map_err(during("setsockopt"))?;
    }
    Ok((left, right))
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
