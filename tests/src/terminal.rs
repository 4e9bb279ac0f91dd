//! 一个终端：一个 pty，里面是一个不交互的 shell。系统相关的部分都在这里。

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rustix::fs::Mode;
use rustix::pty::OpenptFlags;
use rustix::termios::{InputModes, OptionalActions, Winsize};

use crate::family;
use crate::screen::{self, MARK, MARK_END};
use crate::session::Key;

/// 窗口大小，每次运行都一样。
const WINDOW: Winsize = Winsize {
    ws_row: 24,
    ws_col: 80,
    ws_xpixel: 0,
    ws_ypixel: 0,
};

/// 没有通知可等的条件（如 /proc/net 里的状态），每隔这么久看一次。
const POLL: Duration = Duration::from_millis(2);

/// 一个正在运行的终端。丢弃时，里面启动过的进程全部杀掉。
#[derive(Debug)]
pub struct Terminal {
    master: OwnedFd,
    shell: Child,
    commands: File,
    screen: Arc<Screen>,
    typed: usize,
    /// 已经查过退出状态的命令有几条。
    checked: usize,
    /// 最近一次操作时，屏幕上已经有多少字节；`until text` 从这里往后找。
    since: usize,
}

/// 从终端里读到的一切，读的线程往里加，等的人在条件变量上等。
#[derive(Debug, Default)]
struct Screen {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    raw: Vec<u8>,
    closed: bool,
}

impl Screen {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// 终端怎么启动。
#[derive(Debug)]
pub struct Setup<'a> {
    /// 工作文件夹。
    pub work: &'a Path,
    /// 放 FIFO 的文件夹，不在工作文件夹里，免得读者看到的 `ls` 里多出东西。
    pub control: &'a Path,
    /// 终端的名字，用来给 FIFO 取名。
    pub name: &'a str,
    /// 环境变量，除此之外什么都没有。
    pub env: &'a [(String, String)],
}

impl Terminal {
    /// 开一个 pty，在里面启动 shell。
    ///
    /// # Errors
    /// 系统不给 pty、建不了 FIFO 或启动不了 shell 时，返回那个错误。
    pub fn open(setup: &Setup<'_>) -> io::Result<Self> {
        let master =
            rustix::pty::openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC)?;
        rustix::pty::grantpt(&master)?;
        rustix::pty::unlockpt(&master)?;
        let slave = rustix::pty::ioctl_tiocgptpeer(
            &master,
            OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC,
        )?;
        rustix::termios::tcsetwinsize(&slave, WINDOW)?;
        let mut modes = rustix::termios::tcgetattr(&slave)?;
        modes.input_modes |= InputModes::IUTF8;
        rustix::termios::tcsetattr(&slave, OptionalActions::Now, &modes)?;

        // shell 从 FIFO 里读命令，于是它的标准输入仍是终端，程序可以照常从终端读。
        // 两头都由我们打开着，shell 打开它时就不会等。
        let fifo = setup.control.join(format!("{}.fifo", setup.name));
        rustix::fs::mknodat(
            rustix::fs::CWD,
            &fifo,
            rustix::fs::FileType::Fifo,
            Mode::RUSR | Mode::WUSR,
            0,
        )?;
        let commands = OpenOptions::new().read(true).write(true).open(&fifo)?;

        let mut command = Command::new("/bin/sh");
        command
            .arg(&fifo)
            .current_dir(setup.work)
            .env_clear()
            .envs(setup.env.iter().map(|(name, value)| (name, value)))
            .stdin(slave.try_clone()?)
            .stdout(slave.try_clone()?)
            .stderr(slave);
        // SAFETY: 闭包在 fork 之后、exec 之前运行，只做系统调用，不分配内存、不碰锁。
        unsafe { command.pre_exec(prepare_child) };
        let shell = family::spawn_shell(&mut command)?;
        // Command 手里还拿着 slave；不放掉它，shell 退出时 master 读不到结尾。
        drop(command);

        let screen = Arc::new(Screen::default());
        let reader = File::from(master.try_clone()?);
        std::thread::spawn({
            let screen = Arc::clone(&screen);
            move || read_screen(reader, &screen)
        });
        let mut terminal = Self {
            master,
            shell,
            commands,
            screen,
            typed: 0,
            checked: 0,
            since: 0,
        };
        // Ctrl-C 会送到终端里的每个进程，shell 也在内：让它留下来报告退出状态。
        // 设过陷阱的信号在它启动的程序里恢复默认。
        terminal.commands.write_all(b"trap : INT QUIT\n")?;
        Ok(terminal)
    }

    /// 敲一条命令。`shown` 是录音里的写法，`actual` 是真正执行的（端口换过）。
    ///
    /// # Errors
    /// 上一条命令还没结束、或 shell 已经不在时，返回错误。
    pub fn type_command(&mut self, shown: &str, actual: &str) -> Result<(), String> {
        if self.running() {
            return Err("上一条命令还没结束，终端里敲不了新的".into());
        }
        // 录音里的这一行由我们写：不交互的 shell 没有提示符，也不回显。
        self.screen
            .lock()
            .raw
            .extend_from_slice(format!("$ {shown}\n").as_bytes());
        self.mark();
        self.typed += 1;
        let line = format!("{actual}\nprintf '\\{MARK:03o}%s\\{MARK_END:03o}' \"$?\"\n",);
        self.commands
            .write_all(line.as_bytes())
            .map_err(|err| format!("shell 已经不在：{err}"))
    }

    /// 给正在运行的程序输入一行。
    ///
    /// # Errors
    /// 没有程序在运行、或写不进终端时，返回错误。
    pub fn send_line(&mut self, line: &str) -> Result<(), String> {
        self.input(format!("{line}\n").as_bytes())
    }

    /// 按一个控制键。
    ///
    /// # Errors
    /// 同 [`Terminal::send_line`]。
    pub fn press(&mut self, key: Key) -> Result<(), String> {
        self.input(match key {
            Key::CtrlC => b"\x03",
            Key::CtrlD => b"\x04",
        })
    }

    fn input(&mut self, bytes: &[u8]) -> Result<(), String> {
        if !self.running() {
            return Err("没有程序在运行，输入不知道给谁".into());
        }
        self.mark();
        rustix::io::retry_on_intr(|| rustix::io::write(&self.master, bytes))
            .map_err(|err| format!("写不进终端：{err}"))
            .and_then(|n| {
                if n == bytes.len() {
                    Ok(())
                } else {
                    Err(format!("终端只收下了 {n} 个字节，共 {}", bytes.len()))
                }
            })
    }

    fn mark(&mut self) {
        self.since = self.screen.lock().raw.len();
    }

    /// 有没有命令还在运行。
    #[must_use]
    pub fn running(&self) -> bool {
        screen::statuses(&self.screen.lock().raw).len() < self.typed
    }

    /// 敲过的命令里，有没有还没查过退出状态的。
    #[must_use]
    pub fn unchecked(&self) -> bool {
        self.checked < self.typed
    }

    /// 等最近敲的命令结束，返回退出状态；它就算查过了。
    ///
    /// # Errors
    /// 到 `deadline` 还没结束、或 shell 先没了，返回一句说明。
    pub fn wait_exit(&mut self, deadline: Instant) -> Result<i32, String> {
        self.checked = self.typed;
        self.wait(deadline, |raw| {
            let statuses = screen::statuses(raw);
            (statuses.len() >= self.typed).then(|| statuses.last().copied().unwrap_or_default())
        })
        .map_err(|why| format!("等命令结束：{why}"))
    }

    /// 等终端里出现 `text`，从最近一次操作之后算起。
    ///
    /// # Errors
    /// 到 `deadline` 还没出现、或 shell 先没了，返回一句说明。
    pub fn wait_text(&self, text: &str, deadline: Instant) -> Result<(), String> {
        let since = self.since;
        self.wait(deadline, |raw| {
            screen::text(&raw[since..])
                .is_ok_and(|shown| shown.contains(text))
                .then_some(())
        })
        .map_err(|why| format!("等“{text}”出现：{why}"))
    }

    /// 等 `ready` 成立；它看的是终端以外的东西，所以只能隔一会儿问一次。
    ///
    /// # Errors
    /// 到 `deadline` 还不成立、命令先结束了、或 `ready` 自己出错时，返回一句说明。
    pub fn wait_outside(
        &self,
        deadline: Instant,
        mut ready: impl FnMut() -> Result<bool, String>,
    ) -> Result<(), String> {
        loop {
            // 先看命令是否还在，再看条件：后台命令（&）一敲完就“结束”了，条件可以稍后才成立。
            if ready()? {
                return Ok(());
            }
            if Instant::now() >= deadline {
                return Err("超时".into());
            }
            let state = self.screen.lock();
            if state.closed {
                return Err("shell 已经退出".into());
            }
            if let Some(status) = screen::statuses(&state.raw).get(self.typed.wrapping_sub(1))
                && *status != 0
            {
                return Err(format!("命令先结束了，退出状态 {status}"));
            }
            drop(self.screen.changed.wait_timeout(state, POLL));
        }
    }

    fn wait<T>(
        &self,
        deadline: Instant,
        mut found: impl FnMut(&[u8]) -> Option<T>,
    ) -> Result<T, String> {
        let mut state = self.screen.lock();
        loop {
            if let Some(value) = found(&state.raw) {
                return Ok(value);
            }
            if state.closed {
                return Err("shell 已经退出".into());
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err("超时".into());
            }
            state = self
                .screen
                .changed
                .wait_timeout(state, left)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
    }

    /// 到现在为止终端里的文字。
    ///
    /// # Errors
    /// 程序打印了不是 UTF-8 的字节时，返回一句说明。
    pub fn text(&self) -> Result<String, String> {
        screen::text(&self.screen.lock().raw)
    }

    /// 除了 shell 自己，从这个终端启动过、还活着的进程；换了会话的也算。
    #[must_use]
    pub fn survivors(&self) -> Vec<i32> {
        family::members(self.shell.id() as i32)
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        family::kill(&mut self.shell);
    }
}

/// 在子进程里、exec 之前：收养自己的孤儿，自成会话，把 pty 当控制终端，固定权限掩码，不留多余的描述符。
fn prepare_child() -> io::Result<()> {
    family::adopt_orphans()?;
    rustix::process::setsid()?;
    // SAFETY: 0 号描述符在 exec 之前一直开着（std 刚把 slave 复制过去）。
    let stdin = unsafe { std::os::fd::BorrowedFd::borrow_raw(0) };
    rustix::process::ioctl_tiocsctty(stdin)?;
    family::default_signals()?;
    rustix::process::umask(Mode::WGRP | Mode::WOTH);
    let none = rustix::process::Rlimit {
        current: Some(0),
        maximum: Some(0),
    };
    rustix::process::setrlimit(rustix::process::Resource::Core, none)?;
    // 测试的父进程可能漏给我们别的描述符；书里的 “3 4 5” 不该受它影响。
    // 标成 CLOEXEC 而不是关掉：std 还要用它自己的管道报告 exec 是否成功。
    // SAFETY: 只传整数。
    let ret = unsafe {
        libc::syscall(
            libc::SYS_close_range,
            3_u32,
            u32::MAX,
            libc::CLOSE_RANGE_CLOEXEC,
        )
    };
    if ret == -1 {
        return Err(io::Error::last_os_error());
    }
    Ok(())
}

/// 把终端里出来的字节收进 `screen`，直到另一头全部关闭（那时 master 读到 EIO）。
fn read_screen(mut master: File, screen: &Screen) {
    let mut buf = [0; 4096];
    loop {
        let result = master.read(&mut buf);
        let mut state = screen.lock();
        match result {
            Ok(0) => state.closed = true,
            Ok(n) => state.raw.extend_from_slice(&buf[..n]),
            Err(err) if err.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => state.closed = true,
        }
        let closed = state.closed;
        drop(state);
        screen.changed.notify_all();
        if closed {
            return;
        }
    }
}
