//! 阻塞的 read 会被信号打断，返回 Interrupted；read 要自己重试，read_exact 替我们重试。

use std::env;
use std::ffi::OsString;
use std::fmt::Display;
use std::io::{self, PipeReader, PipeWriter, Read, Write};
use std::mem;
use std::process::ExitCode;
use std::ptr;

use libc::c_int;

// ANCHOR: run
fn run() -> io::Result<()> {
    catch_alarm()?;
    let (mut reader, mut writer) = io::pipe().map_err(during("pipe"))?;

    // 管道是空的，read 只能等；等来的不是数据，是信号。
    alarm_every(5)?;
    let mut buf = [0; 10];
    match reader.read(&mut buf) {
        Err(err) if err.kind() == io::ErrorKind::Interrupted => println!("read：{err}"),
        Err(err) => return Err(during("read")(err)),
        Ok(n) => return Err(io::Error::other(format!("空管道里读到了 {n} 字节"))),
    }
    alarm_every(0)?;

    // 什么也没有丢，再读一次就行。
    write(&mut writer, b"Let's go!\n")?;
    let n = reader.read(&mut buf).map_err(during("read"))?;
    println!("再 read：{n} 字节");

    println!("read_exact：");
    alarm_every(5)?;
    let mut observed = Observed { reader, writer };
    observed
        .read_exact(&mut buf)
        .map_err(during("read_exact"))?;
    println!("read_exact 成功：{:?}", String::from_utf8_lossy(&buf));
    Ok(())
}
// ANCHOR_END: run

// ANCHOR: observed
/// 记下 read_exact 在背后调的每一次 read。第一次被打断以后，才把数据放进管道。
struct Observed {
    reader: PipeReader,
    writer: PipeWriter,
}

impl Read for Observed {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let result = self.reader.read(buf);
        match &result {
            Ok(n) => println!("  read：{n} 字节"),
            Err(err) if err.kind() == io::ErrorKind::Interrupted => {
                println!("  read：{err}");
                alarm_every(0)?;
                write(&mut self.writer, b"Let's go!\n")?;
            }
            Err(_) => {}
        }
        result
    }
}
// ANCHOR_END: observed

fn main() -> ExitCode {
    if let Err(why) = parse_args(env::args_os().skip(1).collect()) {
        eprintln!("{why}。用法：eintr");
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

// ANCHOR: catch_alarm
/// 不设处理函数，SIGALRM 会直接结束进程。函数里什么都不用做：打断 read 的是“来过一个信号”。
extern "C" fn on_alarm(_signal: c_int) {}

fn catch_alarm() -> io::Result<()> {
    // SAFETY: sigaction 是只有整数和指针的 C 结构，全零是合法的值。
    let mut action: libc::sigaction = unsafe { mem::zeroed() };
    action.sa_sigaction = on_alarm as *const () as usize;
    // 有 SA_RESTART 的话，内核会自己重来一遍 read，程序看不到打断。
    action.sa_flags = 0;
    // SAFETY: action 填好了，处理函数什么也不做；不要旧的设置，所以第三个参数是空指针。
    let ret = unsafe { libc::sigaction(libc::SIGALRM, &raw const action, ptr::null_mut()) };
    cvt("sigaction", ret).map(drop)
}
// ANCHOR_END: catch_alarm

// ANCHOR: alarm_every
/// 每隔这么多毫秒来一个 SIGALRM；0 是停下。只来一个不行：它可能在 read 开始之前就到了。
fn alarm_every(milliseconds: libc::suseconds_t) -> io::Result<()> {
    let period = libc::timeval {
        tv_sec: 0,
        tv_usec: milliseconds * 1000,
    };
    let timer = libc::itimerval {
        it_interval: period, // 以后每隔多久
        it_value: period,    // 第一次在多久以后
    };
    // SAFETY: timer 填好了，内核只读它；不要旧的设置，所以第三个参数是空指针。
    let ret = unsafe {
        libc::setitimer(
            libc::ITIMER_REAL, // 按真实时间走，到点发 SIGALRM
            &raw const timer,
            ptr::null_mut(),
        )
    };
    cvt("setitimer", ret).map(drop)
}
// ANCHOR_END: alarm_every

/// PipeWriter::write_all 自己会补写和重试。
fn write(writer: &mut PipeWriter, data: &[u8]) -> io::Result<()> {
    writer.write_all(data).map_err(during("write"))
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
