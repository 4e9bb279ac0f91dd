//! 坏输入的表：每个程序，无论给它什么，都是一句话、一个非零的退出状态，不 panic、不卡住。
//!
//! 情形由程序自己的用法行推出来（见 [`crate::usage`]），所以新程序不必登记。

use std::ffi::OsString;
use std::fs;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream, UdpSocket};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::ports;
use crate::probe::{Limits, Outcome, Probe};
use crate::procnet;
use crate::usage::{Good, Param, Usage};

/// 一个程序最多跑多久就该收场。
pub const LIMIT: Duration = Duration::from_secs(3);

/// 在 strace 下面慢得多，机器忙时更慢。
const TRACED_LIMIT: Duration = Duration::from_secs(20);

/// 让它们失败一次的系统调用。只列网络的：装载器和标准库自己也 read、openat。
const FAULTS: &str = "socket,setsockopt,getsockopt,bind,listen,accept4,accept,connect,getsockname,getpeername,sendto,recvfrom,sendmsg,recvmsg,shutdown,socketpair";

/// 某次系统调用失败了，仍以 0 退出也说得通的程序和原因。
const CARRIES_ON: [(&str, &str); 0] = [];

/// 成功时也不以 0 退出的程序：状态和原因。
const ON_PURPOSE: [(&str, i32, &str); 1] =
    [("sigpipe_default", 141, "它演示被 SIGPIPE 杀死：128 + 13")];

/// 怎样收场才算对。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Expect {
    /// 用法错：状态 2，一行，带“用法：”。
    Usage,
    /// 系统说不行：状态 1，一行。
    Failure,
    /// 成功；或者状态 1，一行。
    Either,
}

/// 一个程序的全部情形。
#[derive(Debug)]
pub struct Table<'a> {
    /// 程序的名字。
    pub name: &'a str,
    /// 可执行文件。
    pub binary: &'a Path,
    /// 源文件的内容：要不要 data.txt、是不是 UDP，看它就知道。
    pub source: &'a str,
    /// 放临时文件的文件夹。
    pub scratch: &'a Path,
    /// 最多等多久，一般是 [`LIMIT`]。
    pub limit: Duration,
}

impl Table<'_> {
    /// 跑完全部情形。`strace` 说有没有它；没有就不做“让系统调用失败”的那一部分。
    ///
    /// # Errors
    /// 有情形收场不对时，返回全部，每个一段：参数、期望、实际。
    pub fn run(&self, strace: bool) -> Result<(), String> {
        let folder = self
            .scratch
            .join(format!("bad-{}-{}", self.name, std::process::id()));
        let result = self.run_in(&folder, strace);
        // 留下的只是垃圾，删不掉不影响结果。
        drop(fs::remove_dir_all(&folder));
        let problems = result?;
        if problems.is_empty() {
            return Ok(());
        }
        Err(format!(
            "{} 的 {} 种情形不对：\n{}",
            self.name,
            problems.len(),
            problems.join("\n")
        ))
    }

    fn run_in(&self, folder: &Path, strace: bool) -> Result<Vec<String>, String> {
        fs::create_dir_all(folder).map_err(|err| format!("{}：{err}", folder.display()))?;
        let mut case = Cases {
            table: self,
            folder,
            next: 0,
            problems: Vec::new(),
        };
        let usage = case.usage()?;
        case.bad_arguments(&usage)?;
        case.bad_files(&usage)?;
        case.bad_ports(&usage)?;
        case.few_descriptors(&usage)?;
        case.rude_peers(&usage)?;
        if strace {
            case.failing_calls(&usage)?;
        }
        Ok(case.problems)
    }
}

struct Cases<'a> {
    table: &'a Table<'a>,
    folder: &'a Path,
    next: u32,
    problems: Vec<String>,
}

impl Cases<'_> {
    /// 多给许多参数，程序打印的就是它的用法。
    fn usage(&mut self) -> Result<Usage, String> {
        let args = vec![OsString::from("1"); 9];
        let folder = self.fresh()?;
        let outcome = self.finish(&folder, &args)?;
        let Some(outcome) = outcome else {
            return Err(format!("{} 给 9 个参数就卡住了", self.table.name));
        };
        Usage::parse(self.table.name, outcome.stderr.trim_end())
            .map_err(|why| format!("{} 给 9 个参数：{why}", self.table.name))
    }

    fn bad_arguments(&mut self, usage: &Usage) -> Result<(), String> {
        let folder = self.fresh()?;
        let (good, _port) = self.good(&folder)?;
        for (what, args) in usage.bad_args(&good)? {
            self.expect(&what, &folder, &args, Expect::Usage)?;
        }
        Ok(())
    }

    fn bad_files(&mut self, usage: &Usage) -> Result<(), String> {
        // 没有参数的程序在空文件夹里也要好好收场。
        if usage.required.is_empty() {
            let folder = self.fresh()?;
            self.expect("在空文件夹里", &folder, &[], Expect::Either)?;
        }
        if self.table.source.contains("\"data.txt\"") {
            let folder = self.fresh()?;
            fs::create_dir(folder.join("data.txt")).map_err(|err| err.to_string())?;
            let (good, _port) = self.good(&folder)?;
            let args = usage.good_args(&good)?;
            self.expect("data.txt 是文件夹", &folder, &args, Expect::Failure)?;
        }
        let cases: [(Param, &str, &str); 6] = [
            (Param::Source, "源文件不存在", "missing"),
            (Param::Source, "源文件是文件夹", "."),
            (Param::Source, "源文件在不存在的文件夹里", "no/such/file"),
            (Param::Target, "目标是文件夹", "."),
            (Param::Target, "目标在不存在的文件夹里", "no/such/file"),
            (Param::Target, "目标写满了", "/dev/full"),
        ];
        for (param, what, value) in cases {
            let Some(at) = usage.required.iter().position(|p| *p == param) else {
                continue;
            };
            let folder = self.fresh()?;
            let (good, _port) = self.good(&folder)?;
            let mut args = usage.good_args(&good)?;
            args[at] = value.into();
            self.expect(what, &folder, &args, Expect::Failure)?;
            if param == Param::Source && folder.join(&good.target).exists() {
                self.problems
                    .push(format!("  {what}：期望不留下目标文件，实际留下了"));
            }
        }
        if usage.required.contains(&Param::Source) && usage.required.contains(&Param::Target) {
            let folder = self.fresh()?;
            let (mut good, _port) = self.good(&folder)?;
            good.target = good.source.clone();
            let before = fs::read(folder.join(&good.source)).map_err(|err| err.to_string())?;
            self.expect(
                "源和目标是同一个文件",
                &folder,
                &usage.good_args(&good)?,
                Expect::Failure,
            )?;
            let after = fs::read(folder.join(&good.source)).map_err(|err| err.to_string())?;
            if before != after {
                self.problems
                    .push("  源和目标是同一个文件：期望内容不动，实际变了".into());
            }
        }
        Ok(())
    }

    fn bad_ports(&mut self, usage: &Usage) -> Result<(), String> {
        if !usage.required.contains(&Param::Port) {
            return Ok(());
        }
        let folder = self.fresh()?;
        let (good, _port) = self.good(&folder)?;
        let args = usage.good_args(&good)?;
        if usage.is_client() {
            let expect = if self.is_udp() {
                Expect::Either
            } else {
                Expect::Failure
            };
            self.expect("没有人在听", &folder, &args, expect)?;
            // 广播地址连不上；UDP 也不许往那里发。
            if let Some(at) = usage.required.iter().position(|p| *p == Param::Ip) {
                let mut args = args.clone();
                args[at] = "255.255.255.255".into();
                self.expect("地址是 255.255.255.255", &folder, &args, Expect::Failure)?;
            }
        } else {
            let address = (Ipv4Addr::LOCALHOST, good.port);
            let _tcp = TcpListener::bind(address).map_err(|err| err.to_string())?;
            let _udp = UdpSocket::bind(address).map_err(|err| err.to_string())?;
            self.expect("端口被占", &folder, &args, Expect::Failure)?;
        }
        Ok(())
    }

    /// 0、1、2 之外只给几个描述符。装载器自己要用一个，所以从 1 个起。
    fn few_descriptors(&mut self, usage: &Usage) -> Result<(), String> {
        if self.is_script()? {
            return Ok(()); // 解释器自己就要好几个
        }
        for free in 1..=4 {
            let folder = self.fresh()?;
            let (good, _port) = self.good(&folder)?;
            let args = usage.good_args(&good)?;
            let what = format!("只有 {free} 个空闲的描述符");
            let limits = Limits {
                descriptors: Some(3 + free),
                ..Limits::default()
            };
            let mut probe = self.start(&folder, &args, limits)?;
            let waiting = usage.is_server() && self.wait_listening(&mut probe, good.port)?;
            if !waiting {
                let outcome = probe
                    .wait_while_busy(self.table.limit)
                    .map_err(|err| err.to_string())?;
                self.judge(&what, &args, outcome, Expect::Either);
            }
        }
        Ok(())
    }

    /// 对端不讲道理：连上就走、连上就 RST、发来一堆不是文字的字节。
    fn rude_peers(&mut self, usage: &Usage) -> Result<(), String> {
        if self.is_udp() || !(usage.is_client() || usage.is_server()) {
            return Ok(());
        }
        let noise = vec![0xff; 200_000];
        let peers: [(&str, &[u8], bool); 3] = [
            ("对端连上就关", b"", false),
            ("对端连上就 RST", b"", true),
            ("对端发来 200000 个 0xff", &noise, false),
        ];
        for (what, data, reset) in peers {
            let folder = self.fresh()?;
            let (good, _port) = self.good(&folder)?;
            let args = usage.good_args(&good)?;
            let address = (Ipv4Addr::LOCALHOST, good.port);
            let (mut probe, stream) = if usage.is_client() {
                let listener = TcpListener::bind(address).map_err(|err| err.to_string())?;
                listener
                    .set_nonblocking(true)
                    .map_err(|err| err.to_string())?;
                let mut probe = self.start(&folder, &args, Limits::default())?;
                let stream = self.accept(&listener, &mut probe)?;
                (probe, stream)
            } else {
                let mut probe = self.start(&folder, &args, Limits::default())?;
                let stream = if self.wait_listening(&mut probe, good.port)? {
                    Some(TcpStream::connect(address).map_err(|err| err.to_string())?)
                } else {
                    None
                };
                (probe, stream)
            };
            if let Some(stream) = stream {
                be_rude(stream, data, reset);
            }
            let outcome = probe
                .wait_while_busy(self.table.limit)
                .map_err(|err| err.to_string())?;
            self.judge(what, &args, outcome, Expect::Either);
        }
        Ok(())
    }

    /// 让程序用到的每个网络系统调用失败一次。
    fn failing_calls(&mut self, usage: &Usage) -> Result<(), String> {
        let log = self.folder.join("trace");
        let trace = [
            "-e".into(),
            format!("trace={FAULTS}"),
            "-o".into(),
            log.display().to_string(),
        ];
        self.run_traced(usage, &trace)?;
        let used = fs::read_to_string(&log).map_err(|err| format!("{}：{err}", log.display()))?;
        for call in FAULTS.split(',') {
            if !used.contains(&format!(" {call}(")) {
                continue;
            }
            let inject = format!("inject={call}:error=ENOBUFS:when=1");
            let inject = ["-o".into(), "/dev/null".into(), "-e".into(), inject];
            let (args, outcome) = self.run_traced(usage, &inject)?;
            let carries_on = CARRIES_ON.iter().any(|(name, _)| *name == self.table.name);
            let expect = if carries_on {
                Expect::Either
            } else {
                Expect::Failure
            };
            self.judge(&format!("{call} 失败（ENOBUFS）"), &args, outcome, expect);
        }
        Ok(())
    }

    /// 在 strace 下面带着说得通的参数跑一遍，对端由我们来当。
    fn run_traced(
        &mut self,
        usage: &Usage,
        options: &[String],
    ) -> Result<(Vec<OsString>, Option<Outcome>), String> {
        let folder = self.fresh()?;
        let (good, _port) = self.good(&folder)?;
        let mut args: Vec<OsString> = ["-f", "-qq", "-e", "signal=none"]
            .map(OsString::from)
            .to_vec();
        args.extend(options.iter().map(OsString::from));
        args.push(self.table.binary.into());
        args.extend(usage.good_args(&good)?);
        let listener = self.peer_for(usage, good.port)?;
        let mut probe = Probe::start(&folder, Path::new("strace"), &args, Limits::default())
            .map_err(|err| format!("strace：{err}"))?;
        if self.is_udp() && usage.is_server() && self.wait_listening(&mut probe, good.port)? {
            // 没有人给它发，它会一直等到自己的时限。
            send_datagrams(good.port);
        }
        let stream = match &listener {
            Some(listener) => self.accept(listener, &mut probe)?,
            None if !self.is_udp()
                && usage.is_server()
                && self.wait_listening(&mut probe, good.port)? =>
            {
                TcpStream::connect((Ipv4Addr::LOCALHOST, good.port)).ok()
            }
            None => None,
        };
        if let Some(stream) = stream {
            be_rude(stream, b"Hello World!", false);
        }
        let outcome = probe.wait(TRACED_LIMIT).map_err(|err| err.to_string())?;
        Ok((args, outcome))
    }

    /// 客户端要有人听着才走得下去。
    fn peer_for(&self, usage: &Usage, port: u16) -> Result<Option<TcpListener>, String> {
        if !usage.is_client() || self.is_udp() {
            return Ok(None);
        }
        let listener =
            TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(|err| err.to_string())?;
        listener
            .set_nonblocking(true)
            .map_err(|err| err.to_string())?;
        Ok(Some(listener))
    }

    /// 接受程序的连接；程序先结束了就没有。
    fn accept(
        &self,
        listener: &TcpListener,
        probe: &mut Probe,
    ) -> Result<Option<TcpStream>, String> {
        let deadline = Instant::now() + TRACED_LIMIT;
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
            if Instant::now() > deadline
                || probe
                    .wait(short_from(probe))
                    .map_err(|err| err.to_string())?
                    .is_some()
            {
                return Ok(None);
            }
        }
    }

    /// 等到有人在 `port` 上监听；程序先结束了就是假。
    fn wait_listening(&self, probe: &mut Probe, port: u16) -> Result<bool, String> {
        let deadline = Instant::now() + TRACED_LIMIT;
        while Instant::now() < deadline {
            if procnet::is_listening(port)? {
                return Ok(true);
            }
            if probe
                .wait(short_from(probe))
                .map_err(|err| err.to_string())?
                .is_some()
            {
                return Ok(false);
            }
        }
        Ok(false)
    }

    fn expect(
        &mut self,
        what: &str,
        folder: &Path,
        args: &[OsString],
        expect: Expect,
    ) -> Result<(), String> {
        let outcome = self.finish(folder, args)?;
        self.judge(what, args, outcome, expect);
        Ok(())
    }

    fn judge(&mut self, what: &str, args: &[OsString], outcome: Option<Outcome>, expect: Expect) {
        let on_purpose = ON_PURPOSE.iter().any(|(name, status, _)| {
            *name == self.table.name
                && expect == Expect::Either
                && outcome
                    .as_ref()
                    .is_some_and(|outcome| outcome.status == *status)
        });
        if on_purpose {
            return;
        }
        if let Err(why) = judge(outcome.as_ref(), expect) {
            self.problems
                .push(format!("  {what}\n    参数：{args:?}\n{why}"));
        }
    }

    fn start(&self, folder: &Path, args: &[OsString], limits: Limits) -> Result<Probe, String> {
        Probe::start(folder, self.table.binary, args, limits)
            .map_err(|err| format!("启动 {}：{err}", self.table.name))
    }

    fn finish(&self, folder: &Path, args: &[OsString]) -> Result<Option<Outcome>, String> {
        let mut probe = self.start(folder, args, Limits::default())?;
        probe
            .wait_while_busy(self.table.limit)
            .map_err(|err| err.to_string())
    }

    /// 一个空文件夹，里面只有一个源文件。
    fn fresh(&mut self) -> Result<PathBuf, String> {
        self.next += 1;
        let folder = self.folder.join(self.next.to_string());
        fs::create_dir_all(&folder).map_err(|err| format!("{}：{err}", folder.display()))?;
        Ok(folder)
    }

    fn good(&self, folder: &Path) -> Result<(Good, ports::Reserved), String> {
        fs::write(folder.join("source.bin"), b"a\0b\n").map_err(|err| err.to_string())?;
        let port = ports::reserve(9190, "")?;
        let good = Good {
            port: port.port,
            source: "source.bin".into(),
            target: "target.bin".into(),
        };
        Ok((good, port))
    }

    fn is_script(&self) -> Result<bool, String> {
        let mut start = [0; 2];
        fs::File::open(self.table.binary)
            .and_then(|mut file| file.read_exact(&mut start))
            .map_err(|err| format!("{}：{err}", self.table.binary.display()))?;
        Ok(start == *b"#!")
    }

    fn is_udp(&self) -> bool {
        self.table.source.contains("UdpSocket") || self.table.source.contains("SOCK_DGRAM")
    }
}

/// 收场对不对；不对的话，期望什么、实际什么。
fn judge(outcome: Option<&Outcome>, expect: Expect) -> Result<(), String> {
    let Some(outcome) = outcome else {
        return Err("    期望：按时结束\n    实际：卡住了".into());
    };
    let status_fits = match expect {
        Expect::Usage => outcome.status == 2,
        Expect::Failure => outcome.status == 1,
        Expect::Either => matches!(outcome.status, 0 | 1),
    };
    let lines = outcome.stderr.lines().count();
    let lines_fit = match (expect, outcome.status) {
        (Expect::Either, 0) => lines <= 1,
        _ => lines == 1,
    };
    let words_fit = !outcome.stderr.contains("panicked")
        && (expect != Expect::Usage || outcome.stderr.contains("用法："));
    if status_fits && lines_fit && words_fit {
        return Ok(());
    }
    let expected = match expect {
        Expect::Usage => "退出状态 2，标准错误里一行，说哪里不对和用法",
        Expect::Failure => "退出状态 1，标准错误里一行",
        Expect::Either => "退出状态 0；或退出状态 1，标准错误里一行",
    };
    Err(format!(
        "    期望：{expected}\n    实际：退出状态 {}，标准错误：{:?}",
        outcome.status, outcome.stderr
    ))
}

/// 再等一小会儿的总时限。
fn short_from(probe: &Probe) -> Duration {
    probe.elapsed() + Duration::from_millis(2)
}

/// 给 `port` 发几个数据报；没有人收也不算错。
fn send_datagrams(port: u16) {
    let Ok(socket) = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)) else {
        return;
    };
    for _ in 0..8 {
        drop(socket.send_to(b"Hello", (Ipv4Addr::LOCALHOST, port)));
    }
}

/// 发完 `data` 就关；`reset` 时让内核发 RST。对端可能已经走了，写不进去不算错。
fn be_rude(mut stream: TcpStream, data: &[u8], reset: bool) {
    if reset {
        let linger = libc::linger {
            l_onoff: 1,
            l_linger: 0,
        };
        // SAFETY: 指针指向 linger，长度就是它的大小；stream 还开着。
        unsafe {
            libc::setsockopt(
                std::os::fd::AsRawFd::as_raw_fd(&stream),
                libc::SOL_SOCKET,
                libc::SO_LINGER,
                (&raw const linger).cast(),
                size_of::<libc::linger>() as libc::socklen_t,
            );
        }
        return;
    }
    // 程序不读、也不关的话，两个方向都不等它。
    drop(stream.set_write_timeout(Some(Duration::from_millis(200))));
    drop(stream.set_read_timeout(Some(Duration::from_millis(200))));
    drop(stream.write_all(data));
    drop(stream.shutdown(std::net::Shutdown::Write));
    drop(stream.read_to_end(&mut Vec::new()));
}
