//! 在限定的条件下跑一个程序：限定输入、输出、描述符、权限和时间；看它怎样收场。

use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::FileExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::{family, requires};
use rustix::event::{PollFd, PollFlags, Timespec};
use rustix::process::{Pid, PidfdFlags, Resource, Rlimit, Signal, WaitIdOptions, WaitIdStatus};

/// 内存的上限，字节：书里的程序都用不了这么多，不停地要内存的也拖不垮这台机器。
const MEMORY: u64 = 1 << 30;

/// 一个文件至多写到多大，字节：复制 /dev/zero 的也填不满磁盘。
const DISK: u64 = 1 << 26;

/// 一个正在跑的程序；丢弃时杀掉。
#[derive(Debug)]
pub struct Probe {
    child: Child,
    stdout: File,
    stderr: File,
    started: Instant,
}

/// 限定什么。
#[derive(Debug, Clone, Copy, Default)]
pub struct Limits {
    /// 描述符个数的上限。
    pub descriptors: Option<u64>,
    /// 一个文件至多写到多大，字节；不写也有个上限。
    pub file_size: Option<u64>,
    /// 放进自己的网络命名空间，里面只有环回接口。系统不许就算了。
    pub isolated: bool,
    /// root 也要守文件的权限：放弃 CAP_DAC_OVERRIDE 和 CAP_DAC_READ_SEARCH。普通用户本来就守。
    pub permissions: bool,
    /// 标准输入是什么。
    pub stdin: Input,
    /// 标准输出是什么。
    pub stdout: Output,
}

/// 标准输入。
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Input {
    /// 一读就到头。
    #[default]
    Null,
    /// 没有打开。
    Closed,
    /// 这个文件。
    File(&'static str),
}

/// 标准输出。
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Output {
    /// 记下来，放在 [`Outcome::stdout`] 里。
    #[default]
    Kept,
    /// 没有打开。
    Closed,
    /// 永远写不下：/dev/full。
    Full,
    /// 管道，读的人已经走了。
    Gone,
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
    /// 在 `folder` 里启动 `program`。
    ///
    /// # Errors
    /// 启动不了时返回那个错误。
    pub fn start(
        folder: &Path,
        program: &Path,
        args: &[OsString],
        limits: Limits,
    ) -> io::Result<Self> {
        // 输出放在没有名字的文件里：程序看不见，也不用删。
        let stdout = nameless()?;
        let stderr = nameless()?;
        let mut command = Command::new(program);
        command
            .args(args)
            .current_dir(folder)
            .process_group(0)
            .env("LC_ALL", "C.UTF-8")
            .env_remove("RUST_BACKTRACE")
            .stdin(match limits.stdin {
                Input::File(path) => Stdio::from(File::open(path)?),
                Input::Null | Input::Closed => Stdio::null(),
            })
            .stdout(match limits.stdout {
                Output::Full => Stdio::from(File::options().write(true).open("/dev/full")?),
                Output::Gone => Stdio::from(io::pipe()?.1),
                Output::Kept | Output::Closed => Stdio::from(stdout.try_clone()?),
            })
            .stderr(stderr.try_clone()?);
        let prepare = move || {
            family::default_signals()?;
            if limits.isolated && leave_network() {
                raise_loopback()?;
            }
            if limits.permissions {
                obey_permissions();
            }
            set_limit(Resource::Core, Some(0))?;
            set_limit(Resource::As, Some(MEMORY))?;
            set_limit(Resource::Fsize, limits.file_size.or(Some(DISK)))?;
            set_limit(Resource::Nofile, limits.descriptors)?;
            if limits.stdin == Input::Closed {
                // SAFETY: std 刚把 0 号放好，之后不再用它；exec 之前只关这一次。
                unsafe { libc::close(0) };
            }
            if limits.stdout == Output::Closed {
                // SAFETY: 同上，1 号。
                unsafe { libc::close(1) };
            }
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
        let Some(pid) = Pid::from_raw(self.child.id() as i32) else {
            return Ok(None);
        };
        // 只看不收：收走了，号码就可能给了别的进程，丢弃时会杀错。
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        let status = rustix::io::retry_on_intr(|| {
            rustix::process::waitid(rustix::process::WaitId::Pid(pid), options)
        })?;
        status.map(|status| self.outcome(&status)).transpose()
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

    /// 给它发一个信号；它已经结束就什么也不做。
    pub fn signal(&self, signal: Signal) {
        if let Some(pid) = Pid::from_raw(self.child.id() as i32) {
            let _gone = rustix::process::kill_process(pid, signal);
        }
    }

    fn outcome(&self, status: &WaitIdStatus) -> io::Result<Outcome> {
        let signal = status.terminating_signal().unwrap_or_default();
        Ok(Outcome {
            status: status.exit_status().unwrap_or(128 + signal),
            stdout: contents(&self.stdout)?,
            stderr: contents(&self.stderr)?,
        })
    }
}

impl Drop for Probe {
    fn drop(&mut self) {
        // 它启动过的也一起杀：strace 死了，被它跟踪的程序会活下来。
        // 它自己就算结束了也还没有收走，所以号码仍是它的。
        if let Some(pid) = Pid::from_raw(self.child.id() as i32) {
            let _gone = rustix::process::kill_process_group(pid, Signal::KILL);
        }
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// 内存里的一个没有名字的文件。
fn nameless() -> io::Result<File> {
    let file = rustix::fs::memfd_create("output", rustix::fs::MemfdFlags::CLOEXEC)?;
    Ok(File::from(file))
}

/// 文件的内容。读写位置和程序共用一个，所以不动它。
fn contents(file: &File) -> io::Result<String> {
    let mut bytes = vec![0; file.metadata()?.len() as usize];
    file.read_exact_at(&mut bytes, 0)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// 把一项资源的上限设成 `limit`；没有就不动。
fn set_limit(resource: Resource, limit: Option<u64>) -> io::Result<()> {
    let Some(limit) = limit else { return Ok(()) };
    let limit = Rlimit {
        current: Some(limit),
        maximum: Some(limit),
    };
    Ok(rustix::process::setrlimit(resource, limit)?)
}

/// 从边界集里去掉两种权能，exec 以后 root 也读不了没有权限的文件。不是 root 就去不掉，也不必去。
fn obey_permissions() {
    for capability in [requires::CAP_DAC_OVERRIDE, requires::CAP_DAC_READ_SEARCH] {
        // SAFETY: 只传整数。
        unsafe { libc::prctl(libc::PR_CAPBSET_DROP, capability, 0, 0, 0) };
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
