//! C 的字符串以 NUL 结尾，Rust 的不是：这个字节发不发出去，两端要约定好。

use std::env;
use std::ffi::{CStr, OsString};
use std::fmt::Display;
use std::io::{self, Read, Write};
use std::os::unix::net::UnixStream;
use std::process::ExitCode;
use std::time::Duration;

/// 自己和自己说话，万一哪一步没成，也不许一直等下去。
const LIMIT: Duration = Duration::from_secs(2);

// ANCHOR: run
fn run() -> io::Result<()> {
    let rust: &[u8] = b"Hello World!";
    let c: &CStr = c"Hello World!"; // 和 C 的字符串字面量一样，末尾有一个 NUL

    // C 程序写 write(sock, message, sizeof(message))，NUL 就也发出去了。
    for (name, data) in [("Rust", rust), ("C", c.to_bytes_with_nul())] {
        let received = send_to_peer(data)?;
        println!("发送 {name} 的字符串：{} 字节", data.len());
        println!("  对端收到：{}", received.escape_ascii());

        // 收到的字节里有 NUL 才算 C 字符串；取 NUL 之前的部分。
        match CStr::from_bytes_until_nul(&received) {
            Ok(text) => println!("  NUL 之前：{} 字节", text.to_bytes().len()),
            Err(err) => println!("  没有 NUL：{err}"),
        }
    }
    Ok(())
}

/// 经过一对相连的套接字发送 `data`，返回另一头读到的全部字节。
fn send_to_peer(data: &[u8]) -> io::Result<Vec<u8>> {
    let (mut ours, mut peer) = UnixStream::pair().map_err(during("socketpair"))?;
    ours.write_all(data).map_err(during("write"))?;
    drop(ours); // 关闭，另一头才读得到结尾
    peer.set_read_timeout(Some(LIMIT))
        .map_err(during("setsockopt"))?;
    let mut received = Vec::new();
    peer.read_to_end(&mut received).map_err(during("read"))?;
    Ok(received)
}
// ANCHOR_END: run

fn main() -> ExitCode {
    if let Err(why) = parse_args(env::args_os().skip(1).collect()) {
        eprintln!("{why}。用法：nul_end");
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
