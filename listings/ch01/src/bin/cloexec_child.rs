//! CLOEXEC：std 开的描述符，子进程看不到；去掉这个标志，它就看得到。

use std::env;
use std::ffi::OsString;
use std::fmt::Display;
use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::os::fd::AsRawFd;
use std::process::{Command, ExitCode};

use libc::c_int;

// ANCHOR: run
fn run() -> io::Result<()> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(during("bind"))?;
    let fd = listener.as_raw_fd();

    // std 造套接字时带着 SOCK_CLOEXEC：exec 成功的那一刻，内核替我们关掉它。
    // SAFETY: 只传整数。
    let flags = cvt("fcntl", unsafe { libc::fcntl(fd, libc::F_GETFD) })?;
    println!(
        "监听套接字是描述符 {fd}，CLOEXEC：{}",
        flags & libc::FD_CLOEXEC != 0
    );
    println!("子进程有没有描述符 {fd}：{}", child_has(fd)?);

    // 去掉标志。C 程序里 socket(AF_INET, SOCK_STREAM, 0) 造出来的就是这样。
    // SAFETY: 只传整数。
    cvt("fcntl", unsafe {
        libc::fcntl(fd, libc::F_SETFD, flags & !libc::FD_CLOEXEC)
    })?;
    println!("去掉 CLOEXEC 以后：{}", child_has(fd)?);
    Ok(())
}

/// 启动一个 shell，让它看看自己有没有描述符 `fd`。
fn child_has(fd: c_int) -> io::Result<bool> {
    let status = Command::new("sh")
        .args(["-c", &format!("test -e /proc/$$/fd/{fd}")])
        .status()
        .map_err(during("启动 sh"))?;
    match status.code() {
        Some(0) => Ok(true),
        Some(1) => Ok(false),
        _ => Err(io::Error::other(format!("sh 没有正常结束：{status}"))),
    }
}
// ANCHOR_END: run

fn main() -> ExitCode {
    if let Err(why) = parse_args(env::args_os().skip(1).collect()) {
        eprintln!("{why}。用法：cloexec_child");
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

/// 系统调用失败时返回 -1，原因放在 errno 里。趁 errno 还没被别的调用改掉，把它取成 io::Error。
fn cvt(call: &str, ret: c_int) -> io::Result<c_int> {
    if ret == -1 {
        let err = io::Error::last_os_error();
        return Err(io::Error::new(err.kind(), format!("{call}：{err}")));
    }
    Ok(ret)
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
