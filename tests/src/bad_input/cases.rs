//! 跑一种情形：准备文件夹和端口，启动，等它收场，判断对不对。

use std::ffi::OsString;
use std::fs;
use std::io::Read;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::{FILE_TOO_LARGE, ON_PURPOSE, PRINTLN, Table};
use crate::ports;
use crate::probe::{Limits, Outcome, Probe};
use crate::procnet;
use crate::usage::{Good, Usage};

/// 程序迟早会连上来、会监听；机器忙时、在 strace 下面，要久一些。
pub(super) const SOON: Duration = Duration::from_secs(20);

/// 怎样收场才算对。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Expect {
    /// 用法错：状态 2，一行，带“用法：”。
    Usage,
    /// 系统说不行：状态 1，一行。
    Failure,
    /// 成功；或者状态 1，一行。
    Either,
    /// 标准输出写不出去：同上，或者 println! 的 panic。
    Output,
    /// 文件太大：状态 1，一行；或者被 SIGXFSZ 杀死。
    TooLarge,
    /// 被 SIGINT 杀死，什么也不说。
    Interrupted,
}

/// 一个程序的各种情形，和到现在为止不对的那些。
pub(super) struct Cases<'a> {
    pub table: &'a Table<'a>,
    pub folder: &'a Path,
    next: u32,
    problems: Vec<String>,
}

impl<'a> Cases<'a> {
    pub fn new(table: &'a Table<'a>, folder: &'a Path) -> Self {
        Self {
            table,
            folder,
            next: 0,
            problems: Vec::new(),
        }
    }

    /// 不对的情形，每个一段。
    pub fn into_problems(self) -> Vec<String> {
        self.problems
    }

    pub fn problem(&mut self, what: String) {
        self.problems.push(format!("  {what}"));
    }

    /// 多给许多参数，程序打印的就是它的用法。
    pub fn usage(&mut self) -> Result<Usage, String> {
        let args = vec![OsString::from("1"); 9];
        let folder = self.fresh()?;
        let outcome = self.finish(&folder, &args, Limits::default())?;
        let Some(outcome) = outcome else {
            return Err(format!("{} 给 9 个参数就卡住了", self.table.name));
        };
        Usage::parse(self.table.name, outcome.stderr.trim_end())
            .map_err(|why| format!("{} 给 9 个参数：{why}", self.table.name))
    }

    /// 一个新的空文件夹。
    pub fn fresh(&mut self) -> Result<PathBuf, String> {
        self.next += 1;
        let folder = self.folder.join(self.next.to_string());
        fs::create_dir_all(&folder).map_err(|err| format!("{}：{err}", folder.display()))?;
        Ok(folder)
    }

    /// 说得通的值；源文件放在 `folder` 里。端口占到返回的第二个值丢弃为止。
    pub fn good(&self, folder: &Path) -> Result<(Good, ports::Reserved), String> {
        fs::write(folder.join("source.bin"), b"a\0b\n").map_err(|err| err.to_string())?;
        let port = ports::reserve(9190, "")?;
        let good = Good {
            port: port.port,
            source: "source.bin".into(),
            target: "target.bin".into(),
        };
        Ok((good, port))
    }

    pub fn start(&self, folder: &Path, args: &[OsString], limits: Limits) -> Result<Probe, String> {
        Probe::start(folder, self.table.binary, args, limits)
            .map_err(|err| format!("启动 {}：{err}", self.table.name))
    }

    /// 没有对端，从头跑到尾；`None` 是卡住了。
    pub fn finish(
        &self,
        folder: &Path,
        args: &[OsString],
        limits: Limits,
    ) -> Result<Option<Outcome>, String> {
        let mut probe = self.start(folder, args, limits)?;
        self.wait(&mut probe)
    }

    /// 从现在起等它按时收场；`None` 是卡住了。
    pub fn wait(&self, probe: &mut Probe) -> Result<Option<Outcome>, String> {
        // 从启动算起的话，机器忙时，我们当对端用掉的时间也记在它账上了。
        probe
            .wait_while_busy(probe.elapsed() + self.table.limit)
            .map_err(|err| err.to_string())
    }

    /// 没有对端，从头跑到尾，再判断。
    pub fn expect(
        &mut self,
        what: &str,
        folder: &Path,
        args: &[OsString],
        expect: Expect,
    ) -> Result<(), String> {
        let outcome = self.finish(folder, args, Limits::default())?;
        self.judge(what, args, outcome, expect);
        Ok(())
    }

    /// 收场不对就记下来。
    pub fn judge(
        &mut self,
        what: &str,
        args: &[OsString],
        outcome: Option<Outcome>,
        expect: Expect,
    ) {
        let on_purpose = ON_PURPOSE.iter().any(|(name, status, _)| {
            *name == self.table.name
                && matches!(expect, Expect::Either | Expect::Output)
                && outcome
                    .as_ref()
                    .is_some_and(|outcome| outcome.status == *status)
        });
        if on_purpose {
            return;
        }
        if let Err(why) = judge(outcome.as_ref(), expect) {
            let args: Vec<String> = args.iter().map(shorten).collect();
            self.problem(format!("{what}\n    参数：{}\n{why}", args.join(" ")));
        }
    }

    /// 接受程序的连接；程序先结束了就没有。
    pub fn accept(
        &self,
        listener: &TcpListener,
        probe: &mut Probe,
    ) -> Result<Option<TcpStream>, String> {
        listener
            .set_nonblocking(true)
            .map_err(|err| err.to_string())?;
        let deadline = Instant::now() + SOON;
        loop {
            match listener.accept() {
                Ok((stream, _)) => {
                    stream
                        .set_nonblocking(false)
                        .map_err(|err| err.to_string())?;
                    return Ok(Some(stream));
                }
                Err(err) if err.kind() == std::io::ErrorKind::WouldBlock => {}
                Err(err) => return Err(err.to_string()),
            }
            if Instant::now() > deadline || self.ended(probe)? {
                return Ok(None);
            }
        }
    }

    /// 等到有人在 `port` 上监听；程序先结束了就是假。
    pub fn wait_listening(&self, probe: &mut Probe, port: u16) -> Result<bool, String> {
        let deadline = Instant::now() + SOON;
        while Instant::now() < deadline {
            if procnet::is_listening(port)? {
                return Ok(true);
            }
            if self.ended(probe)? {
                return Ok(false);
            }
        }
        Ok(false)
    }

    /// 再等一小会儿，看它结束了没有。
    fn ended(&self, probe: &mut Probe) -> Result<bool, String> {
        let limit = probe.elapsed() + Duration::from_millis(2);
        let outcome = probe.wait(limit).map_err(|err| err.to_string())?;
        Ok(outcome.is_some())
    }

    /// 客户端要连的端口上，由我们来听。
    pub fn listen(&self, port: u16) -> Result<TcpListener, String> {
        TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(|err| format!("监听 {port}：{err}"))
    }

    /// 以 `#!` 开头的脚本：检查自己的测试用它冒充程序。
    pub fn is_script(&self) -> Result<bool, String> {
        let mut start = [0; 2];
        fs::File::open(self.table.binary)
            .and_then(|mut file| file.read_exact(&mut start))
            .map_err(|err| format!("{}：{err}", self.table.binary.display()))?;
        Ok(start == *b"#!")
    }

    pub fn is_udp(&self) -> bool {
        self.table.source.contains("UdpSocket") || self.table.source.contains("SOCK_DGRAM")
    }

    /// 程序和对端说的是 TCP。
    pub fn talks_tcp(&self, usage: &Usage) -> bool {
        !self.is_udp() && (usage.is_client() || usage.is_server())
    }
}

/// 参数可能有十万个字，报告里只写开头。
fn shorten(arg: &OsString) -> String {
    let text = format!("{arg:?}");
    if text.chars().count() <= 60 {
        return text;
    }
    let start: String = text.chars().take(60).collect();
    format!("{start}…（{} 字节）", arg.len())
}

/// 收场对不对；不对的话，期望什么、实际什么。
fn judge(outcome: Option<&Outcome>, expect: Expect) -> Result<(), String> {
    let Some(outcome) = outcome else {
        return Err("    期望：按时结束\n    实际：卡住了".into());
    };
    let lines = outcome.stderr.lines().count();
    let panicked = outcome.stderr.contains("panicked");
    let failure = outcome.status == 1 && lines == 1 && !panicked;
    let either = failure || (outcome.status == 0 && lines <= 1 && !panicked);
    let fits = match expect {
        Expect::Usage => {
            outcome.status == 2 && lines == 1 && !panicked && outcome.stderr.contains("用法：")
        }
        Expect::Failure => failure,
        Expect::Either => either,
        Expect::Output => {
            let panics = outcome.stderr.matches("panicked").count();
            either || panics > 0 && panics == outcome.stderr.matches(PRINTLN).count()
        }
        Expect::TooLarge => failure || outcome.status == FILE_TOO_LARGE,
        Expect::Interrupted => outcome.status == 128 + libc::SIGINT && lines == 0,
    };
    if fits {
        return Ok(());
    }
    let expected = match expect {
        Expect::Usage => "退出状态 2，标准错误里一行，说哪里不对和用法",
        Expect::Failure => "退出状态 1，标准错误里一行",
        Expect::Either => "退出状态 0；或退出状态 1，标准错误里一行",
        Expect::Output => "退出状态 0；或退出状态 1，标准错误里一行；或 println! 的 panic",
        Expect::TooLarge => "退出状态 1，标准错误里一行；或被 SIGXFSZ 杀死",
        Expect::Interrupted => "被 SIGINT 杀死（130），什么也不说",
    };
    let stderr: String = outcome.stderr.chars().take(400).collect();
    Err(format!(
        "    期望：{expected}\n    实际：退出状态 {}，标准错误：{stderr:?}",
        outcome.status
    ))
}
