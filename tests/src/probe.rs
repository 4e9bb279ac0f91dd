//! 在限定的条件下跑一个程序：没有输入、限定描述符、限定时间；看它怎样收场。

use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec};
use rustix::process::{Pid, PidfdFlags, Resource, Rlimit};

/// 一个正在跑的程序；丢弃时杀掉。
#[derive(Debug)]
pub struct Probe {
    child: Child,
    stdout: std::path::PathBuf,
    stderr: std::path::PathBuf,
    started: Instant,
}

/// 限定什么。
#[derive(Debug, Clone, Copy, Default)]
pub struct Limits {
    /// 描述符个数的上限。
    pub descriptors: Option<u64>,
    /// 放进自己的网络命名空间，里面只有环回接口。系统不许就算了。
    pub isolated: bool,
}

/// 程序怎样收场。
#[derive(Debug, Clone)]
pub struct Outcome {
    /// 退出状态；被信号杀死是 128 加信号，和 shell 里看到的一样。
    pub status: i32,
    /// 标准输出。
    pub stdout: String,
    /// 标准错误。
    pub stderr: String,
}

impl Probe {
    /// 在 `folder` 里启动 `program`，标准输入是 /dev/null。
    ///
    /// # Errors
    /// 启动不了时返回那个错误。
    pub fn start(
        folder: &Path,
        program: &Path,
        args: &[OsString],
        limits: Limits,
    ) -> io::Result<Self> {
        // 输出放到 folder 之外，免得程序看见多出来的文件。
        let stdout = folder.with_extension("stdout");
        let stderr = folder.with_extension("stderr");
        let mut command = Command::new(program);
        command
            .args(args)
            .current_dir(folder)
            .process_group(0)
            .env("LC_ALL", "C.UTF-8")
            .env_remove("RUST_BACKTRACE")
            .stdin(Stdio::null())
            .stdout(File::create(&stdout)?)
            .stderr(File::create(&stderr)?);
        let prepare = move || {
            if limits.isolated && leave_network() {
                raise_loopback()?;
            }
            if let Some(limit) = limits.descriptors {
                let limit = Rlimit {
                    current: Some(limit),
                    maximum: Some(limit),
                };
                rustix::process::setrlimit(Resource::Nofile, limit)?;
            }
            let no_core = Rlimit {
                current: Some(0),
                maximum: Some(0),
            };
            rustix::process::setrlimit(Resource::Core, no_core)?;
            Ok(())
        };
        // SAFETY: 闭包在 fork 之后、exec 之前运行，只做系统调用，不分配内存、不碰锁。
        unsafe { command.pre_exec(prepare) };
        Ok(Self {
            child: spawn(&mut command)?,
            stdout,
            stderr,
            started: Instant::now(),
        })
    }

    /// 已经结束的话，结果是什么。
    ///
    /// # Errors
    /// 问不到时返回那个错误。
    pub fn poll(&mut self) -> io::Result<Option<Outcome>> {
        match self.child.try_wait()? {
            Some(status) => self.outcome(status).map(Some),
            None => Ok(None),
        }
    }

    /// 等它结束，从启动算起最多 `limit`；`None` 是没等到。
    ///
    /// # Errors
    /// 等不了时返回那个错误。
    pub fn wait(&mut self, limit: Duration) -> io::Result<Option<Outcome>> {
        if let Some(outcome) = self.poll()? {
            return Ok(Some(outcome));
        }
        let Some(pid) = Pid::from_raw(self.child.id() as i32) else {
            return Ok(None);
        };
        let pidfd = rustix::process::pidfd_open(pid, PidfdFlags::empty())?;
        let left = (self.started + limit).saturating_duration_since(Instant::now());
        let timeout = Timespec {
            tv_sec: left.as_secs() as i64,
            tv_nsec: i64::from(left.subsec_nanos()),
        };
        let mut fds = [PollFd::new(&pidfd, PollFlags::IN)];
        rustix::io::retry_on_intr(|| rustix::event::poll(&mut fds, Some(&timeout)))?;
        self.poll()
    }

    /// 从启动到现在多久了。
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    /// 和 [`Probe::wait`] 一样；但时限到了它还在用处理器的话，是机器忙，再给它几次机会。
    ///
    /// # Errors
    /// 同 [`Probe::wait`]。
    pub fn wait_while_busy(&mut self, limit: Duration) -> io::Result<Option<Outcome>> {
        let mut used = 0;
        for round in 1..=10 {
            if let Some(outcome) = self.wait(limit * round)? {
                return Ok(Some(outcome));
            }
            let now = cpu_ticks(self.child.id());
            if now == used {
                break; // 一点处理器也没用：是卡住了
            }
            used = now;
        }
        Ok(None)
    }

    fn outcome(&self, status: ExitStatus) -> io::Result<Outcome> {
        let text = |file| fs::read(file).map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        Ok(Outcome {
            status: status
                .code()
                .unwrap_or_else(|| 128 + status.signal().unwrap_or_default()),
            stdout: text(&self.stdout)?,
            stderr: text(&self.stderr)?,
        })
    }
}

impl Drop for Probe {
    fn drop(&mut self) {
        // 它启动过的也一起杀：strace 死了，被它跟踪的程序会活下来。已经结束的话，这几步什么也不做。
        if let Some(pid) = Pid::from_raw(self.child.id() as i32) {
            let _gone = rustix::process::kill_process_group(pid, rustix::process::Signal::KILL);
        }
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// 进一个新的网络命名空间；没有权限时先进一个新的用户命名空间。成了没有。
fn leave_network() -> bool {
    // SAFETY: 只传整数；调用者刚 fork 出来，只有一个线程。
    unsafe {
        libc::unshare(libc::CLONE_NEWNET) == 0
            || libc::unshare(libc::CLONE_NEWUSER | libc::CLONE_NEWNET) == 0
    }
}

/// 新的网络命名空间里，环回接口是关着的；打开它。
fn raise_loopback() -> io::Result<()> {
    // SAFETY: ifreq 是 C 结构，全零是它的合法值。
    let mut request: libc::ifreq = unsafe { std::mem::zeroed() };
    for (to, from) in request.ifr_name.iter_mut().zip(b"lo") {
        *to = *from as libc::c_char;
    }
    // SAFETY: 只传整数。
    let socket = unsafe { libc::socket(libc::AF_INET, libc::SOCK_DGRAM | libc::SOCK_CLOEXEC, 0) };
    if socket == -1 {
        return Err(io::Error::last_os_error());
    }
    request.ifr_ifru.ifru_flags = libc::IFF_UP as libc::c_short;
    // SAFETY: request 填好了名字和标志，内核只读它。
    let result = match unsafe { libc::ioctl(socket, libc::SIOCSIFFLAGS, &raw const request) } {
        -1 => Err(io::Error::last_os_error()),
        _ => Ok(()),
    };
    // SAFETY: socket 是上面打开的，只关这一次。
    unsafe { libc::close(socket) };
    result
}

/// 启动。刚写好的脚本可能一时启动不了：别的线程这时正好 fork，它的子进程还拿着写它的描述符。
fn spawn(command: &mut Command) -> io::Result<Child> {
    let deadline = Instant::now() + Duration::from_secs(10);
    loop {
        match command.spawn() {
            Err(err)
                if err.kind() == io::ErrorKind::ExecutableFileBusy && Instant::now() < deadline =>
            {
                std::thread::yield_now();
            }
            result => return result,
        }
    }
}

/// 一个进程用过多少处理器时间（时钟滴答）；读不到算 0。
fn cpu_ticks(pid: u32) -> u64 {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let after_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    // 名字之后第 12、13 个是用户态和内核态的时间（proc(5) 的 14、15）。
    let mut fields = after_name.split_whitespace().skip(11);
    let mut ticks = || {
        fields
            .next()
            .and_then(|field| field.parse::<u64>().ok())
            .unwrap_or(0)
    };
    ticks() + ticks()
}
