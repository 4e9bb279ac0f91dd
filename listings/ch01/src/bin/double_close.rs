//! 同一个描述符关两次会怎样：libc 只返回 EBADF，甚至关错别人的；std 在 debug 构建里当场中止。

use std::env;
use std::ffi::OsString;
use std::fmt::Display;
use std::io;
use std::os::fd::{FromRawFd, OwnedFd};
use std::process::ExitCode;

use libc::c_int;

fn run() -> io::Result<()> {
    close_twice()?;
    close_the_wrong_one()?;
    two_owners()
}

// ANCHOR: close_twice
/// 运气好：编号还空着，第二次 close 返回 EBADF。
fn close_twice() -> io::Result<()> {
    let fd = open_null()?;
    close(fd)?;
    match close(fd) {
        Ok(()) => Err(io::Error::other("第二次 close 竟然成功了")),
        Err(err) if err.raw_os_error() == Some(libc::EBADF) => {
            println!("第二次 close：{err}");
            Ok(())
        }
        Err(err) => Err(during("第二次 close")(err)),
    }
}
// ANCHOR_END: close_twice

// ANCHOR: close_the_wrong_one
/// 运气不好：两次 close 之间，编号已经给了别人，关掉的就是别人的文件，而且不报错。
fn close_the_wrong_one() -> io::Result<()> {
    let old = open_null()?;
    close(old)?;
    let new = open_null()?; // 拿到最小的空闲编号，正是刚才那个
    if new != old {
        return Err(io::Error::other(format!(
            "{old} 关掉以后，得到的却是 {new}"
        )));
    }
    close(old).map_err(during("close"))?;
    println!("编号给了别人以后再 close：成功");
    match status_flags(new) {
        Ok(_) => Err(io::Error::other("新打开的文件竟然还在")),
        Err(err) if err.raw_os_error() == Some(libc::EBADF) => {
            println!("那个别人再用它：{err}");
            Ok(())
        }
        Err(err) => Err(during("fcntl")(err)),
    }
}
// ANCHOR_END: close_the_wrong_one

// ANCHOR: two_owners
/// 一个编号，两个 OwnedFd：from_raw_fd 是 unsafe，正因为编译器查不出这种错。在子进程里犯。
fn two_owners() -> io::Result<()> {
    no_core_dump()?;
    let fd = open_null()?;
    // SAFETY: 只有一个线程；子进程不分配内存、不碰锁，做完就 _exit。
    let pid = check(unsafe { libc::fork() }).map_err(during("fork"))?;
    if pid == 0 {
        // SAFETY: 这一个没错。
        let first = unsafe { OwnedFd::from_raw_fd(fd) };
        // SAFETY: 这是故意犯的错：fd 已经有主人了。
        let second = unsafe { OwnedFd::from_raw_fd(fd) };
        drop(first);
        drop(second); // debug 构建：std 发现描述符已经关了，中止整个进程
        // SAFETY: 只传整数。不用 exit：它会把父进程留在缓冲区里的东西再写一遍。
        unsafe { libc::_exit(0) };
    }
    let status = wait(pid)?;
    close(fd).map_err(during("close"))?; // 父进程的那一份没有受影响

    let killed_by = libc::WIFSIGNALED(status).then(|| libc::WTERMSIG(status));
    match (cfg!(debug_assertions), killed_by) {
        (true, Some(libc::SIGABRT)) => {
            println!("两个 OwnedFd：子进程被信号 {} 结束", libc::SIGABRT);
        }
        (false, None) => println!("两个 OwnedFd：release 构建不检查，错误没有被发现"),
        _ => return Err(io::Error::other(format!("没料到的 wait 状态 {status:#x}"))),
    }
    Ok(())
}
// ANCHOR_END: two_owners

fn main() -> ExitCode {
    if let Err(why) = parse_args(env::args_os().skip(1).collect()) {
        eprintln!("{why}。用法：double_close");
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

/// 系统调用失败时返回 -1，原因放在 errno 里。
fn check(ret: c_int) -> io::Result<c_int> {
    if ret == -1 {
        return Err(io::Error::last_os_error());
    }
    Ok(ret)
}

/// std 的错误只说原因；补上是哪一步出的错。
fn during(call: impl Display) -> impl FnOnce(io::Error) -> io::Error {
    move |err| io::Error::new(err.kind(), format!("{call}：{err}"))
}

// 这个程序故意要犯 OwnedFd 不让犯的错，所以直接用编号。
fn open_null() -> io::Result<c_int> {
    // SAFETY: 路径是以 NUL 结尾的 C 字符串。
    let ret = unsafe { libc::open(c"/dev/null".as_ptr(), libc::O_RDWR | libc::O_CLOEXEC) };
    check(ret).map_err(during("open /dev/null"))
}

fn close(fd: c_int) -> io::Result<()> {
    // SAFETY: 只传整数；程序里没有 OwnedFd 拥有这个编号。
    check(unsafe { libc::close(fd) }).map(drop)
}

fn status_flags(fd: c_int) -> io::Result<c_int> {
    // SAFETY: 只传整数。
    check(unsafe { libc::fcntl(fd, libc::F_GETFL) })
}

/// 中止的进程可能在当前文件夹留下 core 文件；这里不要它。
fn no_core_dump() -> io::Result<()> {
    let limit = libc::rlimit {
        rlim_cur: 0,
        rlim_max: 0,
    };
    // SAFETY: 指针指向 limit，内核只读它。
    check(unsafe { libc::setrlimit(libc::RLIMIT_CORE, &raw const limit) })
        .map(drop)
        .map_err(during("setrlimit"))
}

fn wait(pid: c_int) -> io::Result<c_int> {
    let mut status = 0;
    loop {
        // SAFETY: status 可写，内核把结束状态写进去。
        match check(unsafe { libc::waitpid(pid, &raw mut status, 0) }) {
            Ok(_) => return Ok(status),
            Err(err) if err.kind() == io::ErrorKind::Interrupted => continue,
            Err(err) => return Err(during("waitpid")(err)),
        }
    }
}

fn parse_args(args: Vec<OsString>) -> Result<(), String> {
    if args.is_empty() {
        return Ok(());
    }
    Err(format!("不要参数，给了 {} 个", args.len()))
}
