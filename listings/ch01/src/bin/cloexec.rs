//! 描述符会不会漏给子进程：std 打开的都带 CLOEXEC，libc 要自己记得带。

use std::env;
use std::ffi::OsString;
use std::fmt::Display;
use std::io;
use std::net::TcpListener;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd};
use std::process::{Command, ExitCode};

use libc::c_int;

// ANCHOR: run
fn run() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").map_err(during("bind"))?;
    let socket = leaky_socket()?;
    show("std ", listener.as_fd())?;
    show("libc", socket.as_fd())?;

    println!("子进程：");
    list_in_child(listener.as_fd(), socket.as_fd())?;

    // 事后补上也行。但在补上之前，别的线程可能刚好启动了子进程；所以最好打开时就带。
    // SAFETY: 只传整数。
    let ret = unsafe { libc::fcntl(socket.as_raw_fd(), libc::F_SETFD, libc::FD_CLOEXEC) };
    cvt("fcntl", ret)?;
    println!("补上 FD_CLOEXEC 以后，子进程：");
    list_in_child(listener.as_fd(), socket.as_fd())
}
// ANCHOR_END: run

// ANCHOR: leaky_socket
fn leaky_socket() -> io::Result<OwnedFd> {
    // 没有 SOCK_CLOEXEC：exec 之后，新程序里这个描述符还开着。
    // SAFETY: 只传整数。
    let fd = cvt("socket", unsafe {
        libc::socket(libc::AF_INET, libc::SOCK_STREAM, 0)
    })?;
    // SAFETY: fd 是内核刚交给我们的，没有别的主人。
    Ok(unsafe { OwnedFd::from_raw_fd(fd) })
}
// ANCHOR_END: leaky_socket

/// 在子进程里逐个看：/proc/self/fd 里有这个编号，就是继承下来了。
fn list_in_child(first: BorrowedFd, second: BorrowedFd) -> io::Result<()> {
    let script = "for fd; do \
                  if [ -e /proc/self/fd/$fd ]; then echo \"  $fd 号：开着\"; \
                  else echo \"  $fd 号：没有\"; fi; done";
    let status = Command::new("sh")
        .args(["-c", script, "sh"])
        .arg(first.as_raw_fd().to_string())
        .arg(second.as_raw_fd().to_string())
        .status()
        .map_err(during("sh"))?;
    if !status.success() {
        return Err(io::Error::other(format!("sh：{status}")));
    }
    Ok(())
}

fn show(who: &str, fd: BorrowedFd) -> io::Result<()> {
    // SAFETY: 只传整数。
    let flags = cvt("fcntl", unsafe {
        libc::fcntl(fd.as_raw_fd(), libc::F_GETFD)
    })?;
    let closes = if flags & libc::FD_CLOEXEC != 0 {
        "有"
    } else {
        "没有"
    };
    println!("{who} 打开的 {} 号：{closes} FD_CLOEXEC", fd.as_raw_fd());
    Ok(())
}

fn main() -> ExitCode {
    if let Err(why) = parse_args(env::args_os().skip(1).collect()) {
        eprintln!("{why}。用法：cloexec");
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
    if args.is_empty() {
        return Ok(());
    }
    Err(format!("不要参数，给了 {} 个", args.len()))
}
