//! 套接字、文件、套接字：三样东西的描述符从同一串编号里取，总取最小的空闲编号。

use std::env;
use std::ffi::OsString;
use std::io;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::process::ExitCode;

use libc::{c_int, c_uint};

// ANCHOR: number
fn number() -> io::Result<()> {
    let tcp = socket(libc::SOCK_STREAM)?;
    let file = create_file()?;
    let udp = socket(libc::SOCK_DGRAM)?;
    println!("file descriptor 1: {}", tcp.as_raw_fd());
    println!("file descriptor 2: {}", file.as_raw_fd());
    println!("file descriptor 3: {}", udp.as_raw_fd());

    // drop 就是 close：编号空出来了，下一个要编号的拿到的正是它，并不接着往上数。
    let freed = tcp.as_raw_fd();
    drop(tcp);
    let again = create_file()?;
    println!("关掉 {freed}，再打开文件，得到 {}", again.as_raw_fd());
    Ok(())
}
// ANCHOR_END: number

fn main() -> ExitCode {
    if let Err(why) = parse_args(env::args_os().skip(1).collect()) {
        eprintln!("{why}。用法：fd_seri");
        return ExitCode::from(2);
    }
    match number() {
        Ok(()) => ExitCode::SUCCESS,
        Err(err) => {
            eprintln!("出错：{err}");
            ExitCode::FAILURE
        }
    }
}

fn socket(ty: c_int) -> io::Result<OwnedFd> {
    // SAFETY: 只传整数。
    let fd = cvt("socket", unsafe {
        libc::socket(libc::AF_INET, ty | libc::SOCK_CLOEXEC, 0)
    })?;
    // SAFETY: fd 是内核刚交给我们的，没有别的主人。
    Ok(unsafe { OwnedFd::from_raw_fd(fd) })
}

fn create_file() -> io::Result<OwnedFd> {
    // 不带 O_TRUNC：data.txt 里已有的内容不动。
    // SAFETY: 路径是以 NUL 结尾的 C 字符串；带了 O_CREAT，权限也就给了。
    let ret = unsafe {
        libc::open(
            c"data.txt".as_ptr(),
            libc::O_WRONLY | libc::O_CREAT | libc::O_CLOEXEC,
            0o644 as c_uint,
        )
    };
    let fd = cvt("open data.txt", ret)?;
    // SAFETY: fd 是内核刚交给我们的，没有别的主人。
    Ok(unsafe { OwnedFd::from_raw_fd(fd) })
}

/// 系统调用失败时返回 -1，原因放在 errno 里。趁 errno 还没被别的调用改掉，把它取成 io::Error。
fn cvt(call: &str, ret: c_int) -> io::Result<c_int> {
    if ret == -1 {
        let err = io::Error::last_os_error();
        return Err(io::Error::new(err.kind(), format!("{call}：{err}")));
    }
    Ok(ret)
}

fn parse_args(args: Vec<OsString>) -> Result<(), String> {
    if args.is_empty() {
        return Ok(());
    }
    Err(format!("不要参数，给了 {} 个", args.len()))
}
