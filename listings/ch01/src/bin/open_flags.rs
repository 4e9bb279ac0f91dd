//! open 的标志：访问模式三选一，其余的才能用 | 叠加；OpenOptions 在进内核之前拒绝哪些组合。

use std::env;
use std::ffi::{CStr, OsString};
use std::fmt::Display;
use std::fs::OpenOptions;
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd};
use std::process::ExitCode;

use libc::{c_int, c_void};

fn run() -> io::Result<()> {
    constants();
    access_modes()?;
    options()?;
    refusals()
}

fn main() -> ExitCode {
    if let Err(why) = parse_args(env::args_os().skip(1).collect()) {
        eprintln!("{why}。用法：open_flags");
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

// ANCHOR: constants
fn constants() {
    println!("O_RDONLY = {:#o}", libc::O_RDONLY); // 只读：它是 0，不占任何位
    println!("O_WRONLY = {:#o}", libc::O_WRONLY); // 只写
    println!("O_RDWR   = {:#o}", libc::O_RDWR); // 读写
    println!("O_CREAT  = {:#o}", libc::O_CREAT); // 没有就新建
    println!("O_TRUNC  = {:#o}", libc::O_TRUNC); // 丢掉已有的内容
    println!("O_APPEND = {:#o}", libc::O_APPEND); // 每次写之前，内核先移到末尾，中间插不进别人
}
// ANCHOR_END: constants

// ANCHOR: access_modes
fn access_modes() -> io::Result<()> {
    // O_RDONLY | O_WRONLY 是 0 | 1，等于 1：内核看到的就是 O_WRONLY，读会失败。
    let or = open(c"/dev/null", libc::O_RDONLY | libc::O_WRONLY)?;
    println!("O_RDONLY|O_WRONLY：访问模式 {}", access_mode(or.as_fd())?);
    match read(or.as_fd()) {
        Ok(n) => return Err(io::Error::other(format!("只写的描述符竟然读到了 {n} 字节"))),
        Err(err) => println!("  {err}"),
    }

    let both = open(c"/dev/null", libc::O_RDWR)?;
    println!("O_RDWR：访问模式 {}", access_mode(both.as_fd())?);
    println!("  read 返回 {}", read(both.as_fd())?);
    Ok(())
}
// ANCHOR_END: access_modes

fn options() -> io::Result<()> {
    let read = OpenOptions::new().read(true).open("/dev/null");
    let write = OpenOptions::new().write(true).open("/dev/null");
    let both = OpenOptions::new().read(true).write(true).open("/dev/null");
    let append = OpenOptions::new().append(true).open("/dev/null");
    for (name, file) in [
        ("read", read),
        ("write", write),
        ("read + write", both),
        ("append", append),
    ] {
        let file = file.map_err(during("open /dev/null"))?;
        let mode = access_mode(file.as_fd())?;
        let append = status_flags(file.as_fd())? & libc::O_APPEND != 0;
        let extra = if append { "，带 O_APPEND" } else { "" };
        println!("OpenOptions {name}：访问模式 {mode}{extra}");
    }
    Ok(())
}

// ANCHOR: refusals
fn refusals() -> io::Result<()> {
    let mut nothing = OpenOptions::new();
    let mut create = OpenOptions::new();
    create.create(true);
    let mut read_create = OpenOptions::new();
    read_create.read(true).create(true);
    let mut read_truncate = OpenOptions::new();
    read_truncate.read(true).truncate(true);
    let mut append_truncate = OpenOptions::new();
    append_truncate.append(true).create(true).truncate(true);
    for (name, options) in [
        ("什么都不选", &mut nothing),
        ("create", &mut create),
        ("read + create", &mut read_create),
        ("read + truncate", &mut read_truncate),
        ("append + create + truncate", &mut append_truncate),
    ] {
        // 这个文件不存在。要是问到了内核，错误会是 NotFound，或者文件已经建好了。
        match options.open("no-such-file") {
            Err(err) if err.kind() == io::ErrorKind::InvalidInput => {
                println!("OpenOptions {name}：{:?}", err.kind());
            }
            Err(err) => return Err(during(name)(err)),
            Ok(_) => return Err(io::Error::other(format!("{name} 竟然能打开文件"))),
        }
    }
    Ok(())
}
// ANCHOR_END: refusals

fn open(path: &CStr, flags: c_int) -> io::Result<OwnedFd> {
    // SAFETY: 路径是以 NUL 结尾的 C 字符串；flags 里没有 O_CREAT，不用给权限。
    let ret = unsafe { libc::open(path.as_ptr(), flags | libc::O_CLOEXEC) };
    let fd = cvt("open /dev/null", ret)?;
    // SAFETY: fd 是内核刚交给我们的，没有别的主人。
    Ok(unsafe { OwnedFd::from_raw_fd(fd) })
}

/// 问内核：这个描述符是带着哪些标志打开的。O_CREAT、O_TRUNC 只在打开的那一刻有用，不会留下来。
fn status_flags(fd: BorrowedFd) -> io::Result<c_int> {
    // SAFETY: 只传整数。
    cvt("fcntl", unsafe {
        libc::fcntl(fd.as_raw_fd(), libc::F_GETFL)
    })
}

/// 访问模式占最低两位，要用 O_ACCMODE 取出来整个比较，不能一位一位地看。
fn access_mode(fd: BorrowedFd) -> io::Result<c_int> {
    Ok(status_flags(fd)? & libc::O_ACCMODE)
}

fn read(fd: BorrowedFd) -> io::Result<usize> {
    let mut buf = [0; 8];
    loop {
        // SAFETY: 指针和长度来自同一个数组，内核至多写满它。
        let n = unsafe { libc::read(fd.as_raw_fd(), buf.as_mut_ptr().cast::<c_void>(), buf.len()) };
        if n >= 0 {
            return Ok(n as usize);
        }
        let err = io::Error::last_os_error();
        if err.kind() != io::ErrorKind::Interrupted {
            return Err(io::Error::new(err.kind(), format!("read：{err}")));
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
