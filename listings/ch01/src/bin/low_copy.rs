//! 文件复制，只用系统调用：程序读写多少次，内核就被叫多少次。

use std::env;
use std::ffi::{CString, OsString};
use std::io;
use std::mem::MaybeUninit;
use std::os::fd::{AsRawFd, FromRawFd, IntoRawFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use libc::{c_int, c_uint, c_void};

// ANCHOR: copy
fn copy(args: &Args) -> io::Result<()> {
    let (source_path, target_path) = (&args.source, &args.target);
    let (source, target) = open_both(source_path, target_path)?;

    let mut buf = vec![0; args.chunk];
    let mut total: u64 = 0;
    loop {
        let n = read(&source, &mut buf).map_err(|err| context("read", source_path, err))?;
        if n == 0 {
            break; // 源文件到头了
        }
        // 只写刚读到的 n 个字节。
        write_all(&target, &buf[..n]).map_err(|err| context("write", target_path, err))?;
        total += n as u64;
    }
    close(target).map_err(|err| context("close", target_path, err))?;
    println!("复制了 {total} 字节，每次最多 {} 字节", args.chunk);
    Ok(())
}
// ANCHOR_END: copy

// ANCHOR: open_both
/// 打开两个文件，目标清空。先确认源文件能读，再碰目标：源文件有问题，就不该留下一个空的目标。
fn open_both(source_path: &Path, target_path: &Path) -> io::Result<(OwnedFd, OwnedFd)> {
    // O_NONBLOCK：万一是 FIFO，open 也不停下来等另一头。对普通文件没有作用。
    let source = open(source_path, libc::O_RDONLY | libc::O_NONBLOCK)?;
    let source_stat = stat(source_path, &source)?;
    match source_stat.st_mode & libc::S_IFMT {
        libc::S_IFREG => {}
        libc::S_IFDIR => {
            // 文件夹也能用 O_RDONLY 打开，要到 read 才失败。
            let err = io::Error::from_raw_os_error(libc::EISDIR);
            return Err(context("read", source_path, err));
        }
        // FIFO 不知道何时到头，/dev/zero 永远不到头。
        _ => return Err(irregular(source_path)),
    }

    // 这里不带 O_TRUNC：目标可能就是源文件，打开的一瞬间内容就没了。查过再清空。
    let target = open(
        target_path,
        libc::O_WRONLY | libc::O_CREAT | libc::O_NONBLOCK,
    )?;
    let target_stat = stat(target_path, &target)?;
    // 路径不同也可以是同一个文件（链接）；设备号和 inode 号都相同才算数。
    if (source_stat.st_dev, source_stat.st_ino) == (target_stat.st_dev, target_stat.st_ino) {
        return Err(io::Error::other(format!(
            "{source_path:?} 和 {target_path:?} 是同一个文件"
        )));
    }
    match target_stat.st_mode & libc::S_IFMT {
        libc::S_IFREG => {
            // SAFETY: 只传整数。
            let ret = unsafe { libc::ftruncate(target.as_raw_fd(), 0) };
            check(ret).map_err(|err| context("ftruncate", target_path, err))?;
        }
        libc::S_IFIFO => return Err(irregular(target_path)),
        _ => {} // /dev/full 之类，没有内容可清空
    }
    Ok((source, target))
}
// ANCHOR_END: open_both

struct Args {
    source: PathBuf,
    target: PathBuf,
    chunk: usize,
}

fn main() -> ExitCode {
    let args = match parse_args(env::args_os().skip(1).collect()) {
        Ok(args) => args,
        Err(why) => {
            eprintln!("{why}。用法：low_copy <源文件> <目标文件> [每次字节数]");
            return ExitCode::from(2);
        }
    };
    match copy(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(err) => {
            eprintln!("出错：{err}");
            ExitCode::FAILURE
        }
    }
}

/// 错误里说明是哪个调用、哪个文件。
fn context(call: &str, path: &Path, err: io::Error) -> io::Error {
    io::Error::new(err.kind(), format!("{call} {path:?}：{err}"))
}

fn irregular(path: &Path) -> io::Error {
    io::Error::other(format!("{path:?} 不是普通文件，不复制"))
}

/// 系统调用失败时返回 -1，原因放在 errno 里。
fn check(ret: c_int) -> io::Result<c_int> {
    if ret == -1 {
        return Err(io::Error::last_os_error());
    }
    Ok(ret)
}

fn open(path: &Path, flags: c_int) -> io::Result<OwnedFd> {
    // 内核要的是以 NUL 结尾的字节串。路径不一定是 UTF-8，所以不能经过 str。
    let c_path = CString::new(path.as_os_str().as_bytes())
        .map_err(|_| io::Error::other(format!("{path:?}：路径里有 NUL")))?;
    loop {
        // SAFETY: c_path 以 NUL 结尾，调用期间有效；第三个参数在没有 O_CREAT 时内核不看。
        let ret = unsafe { libc::open(c_path.as_ptr(), flags | libc::O_CLOEXEC, 0o666 as c_uint) };
        match check(ret) {
            // SAFETY: fd 是内核刚交给我们的，没有别的主人。
            Ok(fd) => return Ok(unsafe { OwnedFd::from_raw_fd(fd) }),
            Err(err) if err.kind() == io::ErrorKind::Interrupted => continue,
            Err(err) => return Err(context("open", path, err)),
        }
    }
}

fn stat(path: &Path, file: &OwnedFd) -> io::Result<libc::stat> {
    let mut stat = MaybeUninit::<libc::stat>::uninit();
    // SAFETY: 指针指向一块放得下 libc::stat 的内存。
    let ret = unsafe { libc::fstat(file.as_raw_fd(), stat.as_mut_ptr()) };
    check(ret).map_err(|err| context("fstat", path, err))?;
    // SAFETY: fstat 成功，内核已经把它填好。
    Ok(unsafe { stat.assume_init() })
}

/// 读一次，返回读到几个字节，可能比 buf 短；被信号打断就重来。
fn read(file: &OwnedFd, buf: &mut [u8]) -> io::Result<usize> {
    loop {
        // SAFETY: 指针和长度来自同一个切片，内核至多写满它。
        let n = unsafe {
            libc::read(
                file.as_raw_fd(),
                buf.as_mut_ptr().cast::<c_void>(),
                buf.len(),
            )
        };
        if n >= 0 {
            return Ok(n as usize);
        }
        let err = io::Error::last_os_error();
        if err.kind() != io::ErrorKind::Interrupted {
            return Err(err);
        }
    }
}

/// write 可能只写出一部分，也可能被信号打断；写完为止。
fn write_all(file: &OwnedFd, mut data: &[u8]) -> io::Result<()> {
    while !data.is_empty() {
        // SAFETY: 指针和长度来自同一个切片。
        let n =
            unsafe { libc::write(file.as_raw_fd(), data.as_ptr().cast::<c_void>(), data.len()) };
        match n {
            0 => return Err(io::ErrorKind::WriteZero.into()), // 一个字节也写不出去，别空转
            -1 => {
                let err = io::Error::last_os_error();
                if err.kind() != io::ErrorKind::Interrupted {
                    return Err(err);
                }
            }
            n => data = &data[n as usize..],
        }
    }
    Ok(())
}

/// 有的文件系统到 close 才报告写失败。OwnedFd 的 Drop 会丢掉这个错误，所以自己来关。
fn close(file: OwnedFd) -> io::Result<()> {
    // SAFETY: into_raw_fd 交出了所有权，不会有人再用或再关这个编号。
    check(unsafe { libc::close(file.into_raw_fd()) }).map(drop)
}

fn parse_args(args: Vec<OsString>) -> Result<Args, String> {
    let (source, target, chunk) = match args.as_slice() {
        [source, target] => (source, target, 4096),
        [source, target, chunk] => {
            let parsed = chunk.to_str().and_then(|text| text.parse().ok());
            match parsed {
                Some(n @ 1..=1_048_576) => (source, target, n),
                _ => {
                    return Err(format!(
                        "每次字节数要是 1～1048576 的整数，给的是 {chunk:?}"
                    ));
                }
            }
        }
        _ => return Err(format!("要 2～3 个参数，给了 {} 个", args.len())),
    };
    Ok(Args {
        source: source.into(),
        target: target.into(),
        chunk,
    })
}
