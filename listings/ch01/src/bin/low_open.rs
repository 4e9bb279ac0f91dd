//! 用 open、write、close 三个系统调用，把一行字写进 data.txt。

use std::env;
use std::ffi::OsString;
use std::io;
use std::os::fd::{AsRawFd, FromRawFd, IntoRawFd, OwnedFd};
use std::process::ExitCode;

use libc::{c_int, c_uint, c_void};

// ANCHOR: save
fn save() -> io::Result<()> {
    let file = create()?;
    println!("file descriptor: {}", file.as_raw_fd());

    // 正好 10 个字节。Rust 的字符串结尾没有 NUL，不会像 C 的 sizeof 那样多写一个字节。
    write_all(&file, b"Let's go!\n")?;
    close(file)
}
// ANCHOR_END: save

fn main() -> ExitCode {
    if let Err(why) = parse_args(env::args_os().skip(1).collect()) {
        eprintln!("{why}。用法：low_open");
        return ExitCode::from(2);
    }
    match save() {
        Ok(()) => ExitCode::SUCCESS,
        Err(err) => {
            eprintln!("出错：{err}");
            ExitCode::FAILURE
        }
    }
}

// ANCHOR: create
fn create() -> io::Result<OwnedFd> {
    // SAFETY: 路径是以 NUL 结尾的 C 字符串；带了 O_CREAT，第三个参数也就给了。
    let ret = unsafe {
        libc::open(
            c"data.txt".as_ptr(), // 相对路径：从当前文件夹找起
            libc::O_WRONLY        // 只写
                | libc::O_CREAT   // 没有这个文件就新建
                | libc::O_TRUNC   // 已有的内容全部丢掉
                | libc::O_CLOEXEC, // exec 别的程序时自动关掉
            0o644 as c_uint,      // 新文件的权限；内核再从中去掉 umask 里的位
        )
    };
    let fd = cvt("open data.txt", ret)?;
    // SAFETY: fd 是内核刚交给我们的，没有别的主人。
    Ok(unsafe { OwnedFd::from_raw_fd(fd) })
}
// ANCHOR_END: create

/// 系统调用失败时返回 -1，原因放在 errno 里。趁 errno 还没被别的调用改掉，把它取成 io::Error。
fn cvt(call: &str, ret: c_int) -> io::Result<c_int> {
    if ret == -1 {
        let err = io::Error::last_os_error();
        return Err(io::Error::new(err.kind(), format!("{call}：{err}")));
    }
    Ok(ret)
}

// ANCHOR: write_all
/// write 可能只写出一部分，也可能被信号打断；写完为止。
fn write_all(file: &OwnedFd, mut data: &[u8]) -> io::Result<()> {
    while !data.is_empty() {
        // SAFETY: 指针和长度来自同一个切片。
        let n = unsafe {
            libc::write(
                file.as_raw_fd(),
                data.as_ptr().cast::<c_void>(), // 从哪里取
                data.len(),                     // 最多取几个字节
            )
        };
        match n {
            0 => return Err(io::ErrorKind::WriteZero.into()), // 一个字节也写不出去，别空转
            -1 => {
                let err = io::Error::last_os_error();
                if err.kind() != io::ErrorKind::Interrupted {
                    return Err(io::Error::new(err.kind(), format!("write data.txt：{err}")));
                }
            }
            n => data = &data[n as usize..], // 内核收下了 n 个字节，剩下的再写
        }
    }
    Ok(())
}
// ANCHOR_END: write_all

// ANCHOR: close
/// 有的文件系统到 close 才报告写失败。OwnedFd 的 Drop 会丢掉这个错误，所以自己来关。
fn close(file: OwnedFd) -> io::Result<()> {
    // 失败了也不能再关一次：Linux 上编号已经收回，可能已经是别人的了。
    // SAFETY: into_raw_fd 交出了所有权，不会有人再用或再关这个编号。
    cvt("close data.txt", unsafe { libc::close(file.into_raw_fd()) }).map(drop)
}
// ANCHOR_END: close

fn parse_args(args: Vec<OsString>) -> Result<(), String> {
    if args.is_empty() {
        return Ok(());
    }
    Err(format!("不要参数，给了 {} 个", args.len()))
}
