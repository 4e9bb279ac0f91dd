//! “一切皆文件”不成立的地方：逐个试，把内核的回答印出来；回答和预期不同就报错。

use std::env;
use std::ffi::OsString;
use std::fmt::Display;
use std::fs::File;
use std::io;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::process::ExitCode;
use std::ptr;

use libc::{c_int, c_void};

fn run() -> io::Result<()> {
    let socket = tcp_socket()?; // 还没连接的 TCP 套接字
    // 正在运行的这个程序自己，一定是普通文件。
    let file = File::open("/proc/self/exe").map_err(during("open /proc/self/exe"))?;

    not_on_socket(&socket)?;
    not_on_file(&file)?;
    epoll_tells_them_apart(&socket, &file)
}

// ANCHOR: not_on_socket
/// 文件能做、套接字不能做的。
fn not_on_socket(socket: &OwnedFd) -> io::Result<()> {
    let fd = socket.as_raw_fd();
    // 套接字是字节流，没有“位置”可移。
    // SAFETY: 只传整数。
    let ret = unsafe { libc::lseek(fd, 0, libc::SEEK_SET) };
    refused("套接字 lseek    ", ret as isize, libc::ESPIPE, "ESPIPE")?;

    // 文件打开就能读；TCP 要先连上。
    let mut buf = [0; 8];
    // SAFETY: 指针和长度来自同一个数组，内核至多写满它。
    let ret = unsafe { libc::read(fd, buf.as_mut_ptr().cast::<c_void>(), buf.len()) };
    refused("套接字 read     ", ret, libc::ENOTCONN, "ENOTCONN")?;

    // 套接字没有长度可截，也没有磁盘可同步。
    // SAFETY: 只传整数。
    let ret = unsafe { libc::ftruncate(fd, 0) };
    refused("套接字 ftruncate", ret as isize, libc::EINVAL, "EINVAL")?;
    // SAFETY: 只传整数。
    let ret = unsafe { libc::fsync(fd) };
    refused("套接字 fsync    ", ret as isize, libc::EINVAL, "EINVAL")
}
// ANCHOR_END: not_on_socket

// ANCHOR: not_on_file
/// 套接字能做、文件不能做的。
fn not_on_file(file: &File) -> io::Result<()> {
    let fd = file.as_raw_fd();
    let mut buf = [0; 8];
    // SAFETY: 指针和长度来自同一个数组，内核至多写满它。
    let ret = unsafe { libc::recv(fd, buf.as_mut_ptr().cast::<c_void>(), buf.len(), 0) };
    refused("文件   recv     ", ret, libc::ENOTSOCK, "ENOTSOCK")?;
    // SAFETY: 只传整数。
    let ret = unsafe { libc::shutdown(fd, libc::SHUT_WR) };
    refused("文件   shutdown ", ret as isize, libc::ENOTSOCK, "ENOTSOCK")
}
// ANCHOR_END: not_on_file

// ANCHOR: epoll
/// epoll 等“可以读写了”这件事。普通文件永远可以读写，没有什么可等，内核不收。
fn epoll_tells_them_apart(socket: &OwnedFd, file: &File) -> io::Result<()> {
    // SAFETY: 只传整数。
    let fd = cvt("epoll_create1", unsafe {
        libc::epoll_create1(libc::EPOLL_CLOEXEC)
    })?;
    // SAFETY: fd 是内核刚交给我们的，没有别的主人。
    let epoll = unsafe { OwnedFd::from_raw_fd(fd) };

    cvt("epoll_ctl", watch(&epoll, socket.as_raw_fd()))?;
    println!("套接字 epoll_ctl：成功");
    let ret = watch(&epoll, file.as_raw_fd());
    refused("文件   epoll_ctl", ret as isize, libc::EPERM, "EPERM")
}
// ANCHOR_END: epoll

fn watch(epoll: &OwnedFd, fd: c_int) -> c_int {
    let mut event = libc::epoll_event {
        events: libc::EPOLLIN as u32,
        u64: 0,
    };
    // SAFETY: event 在调用期间有效，内核只读它。
    unsafe {
        libc::epoll_ctl(
            epoll.as_raw_fd(),
            libc::EPOLL_CTL_ADD,
            fd,
            ptr::from_mut(&mut event),
        )
    }
}

/// 这个调用应该失败，errno 应该是 expected；不是这样，书就写错了。
fn refused(call: &str, ret: isize, expected: c_int, name: &str) -> io::Result<()> {
    let err = io::Error::last_os_error();
    if ret != -1 {
        return Err(io::Error::other(format!(
            "{call}：应该是 {name}，却成功了，返回 {ret}"
        )));
    }
    if err.raw_os_error() != Some(expected) {
        return Err(io::Error::other(format!(
            "{call}：应该是 {name}，却是 {err}"
        )));
    }
    println!("{call}：{name}，{err}");
    Ok(())
}

fn main() -> ExitCode {
    if let Err(why) = parse_args(env::args_os().skip(1).collect()) {
        eprintln!("{why}。用法：not_a_file");
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

fn tcp_socket() -> io::Result<OwnedFd> {
    // SOCK_CLOEXEC：程序 exec 成别的程序时，内核自动关掉这个描述符。
    // SAFETY: 只传整数。
    let fd = cvt("socket", unsafe {
        libc::socket(libc::AF_INET, libc::SOCK_STREAM | libc::SOCK_CLOEXEC, 0)
    })?;
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
