//! 用 open、read 两个系统调用读 data.txt，看 read 每次返回多少。

use std::env;
use std::ffi::OsString;
use std::io;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::process::ExitCode;

use libc::{c_int, c_void};

/// 全部内容都放在内存里，就要有个上限：/dev/zero 那样的文件没有尽头。
const MAX: usize = 65536;

// ANCHOR: load
fn load() -> io::Result<()> {
    let file = open()?;
    println!("file descriptor: {}", file.as_raw_fd());

    let mut data = Vec::new();
    let mut buf = [0; 100];
    loop {
        let n = read(&file, &mut buf)?;
        println!("read 返回 {n}");
        if n == 0 {
            break; // 文件到头了
        }
        // 只有前 n 个字节是刚读到的，后面还是缓冲区原来的内容。
        data.extend_from_slice(&buf[..n]);
        if data.len() > MAX {
            return Err(io::Error::other(format!(
                "data.txt 不止 {MAX} 字节，不读了"
            )));
        }
    }

    let text = String::from_utf8_lossy(&data);
    println!("file data: {}", text.strip_suffix('\n').unwrap_or(&text));
    Ok(())
    // 只读的文件，close 没有要紧的错误可报，交给 OwnedFd 的 Drop。
}
// ANCHOR_END: load

fn main() -> ExitCode {
    if let Err(why) = parse_args(env::args_os().skip(1).collect()) {
        eprintln!("{why}。用法：low_read");
        return ExitCode::from(2);
    }
    match load() {
        Ok(()) => ExitCode::SUCCESS,
        Err(err) => {
            eprintln!("出错：{err}");
            ExitCode::FAILURE
        }
    }
}

fn open() -> io::Result<OwnedFd> {
    // 没有 O_CREAT，就不用给权限。
    // SAFETY: 路径是以 NUL 结尾的 C 字符串。
    let ret = unsafe { libc::open(c"data.txt".as_ptr(), libc::O_RDONLY | libc::O_CLOEXEC) };
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

// ANCHOR: read
/// 读一次，返回读到几个字节，可能比 buf 短；被信号打断就重来。
fn read(file: &OwnedFd, buf: &mut [u8]) -> io::Result<usize> {
    loop {
        // SAFETY: 指针和长度来自同一个切片，内核至多写满它。
        let n = unsafe {
            libc::read(
                file.as_raw_fd(),
                buf.as_mut_ptr().cast::<c_void>(), // 放到哪里
                buf.len(),                         // 最多放几个字节
            )
        };
        if n >= 0 {
            return Ok(n as usize);
        }
        let err = io::Error::last_os_error();
        if err.kind() != io::ErrorKind::Interrupted {
            return Err(io::Error::new(err.kind(), format!("read data.txt：{err}")));
        }
    }
}
// ANCHOR_END: read

fn parse_args(args: Vec<OsString>) -> Result<(), String> {
    if args.is_empty() {
        return Ok(());
    }
    Err(format!("不要参数，给了 {} 个", args.len()))
}
