//! 一个终端启动过的全部进程，不管它们怎样躲：setsid、fork 两次、换了环境，都还是 shell 的后代。
//!
//! 办法是 PR_SET_CHILD_SUBREAPER（prctl(2)）：父进程死了的后代不归 init，归最近的一个“收养者”。
//! shell 自己是收养者，测试进程也是：shell 自己先死了，它的后代就到我们这里来。不用 root。

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::process::{Child, Command};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rustix::process::{Pid, Signal, WaitOptions};

/// 活着的 shell。它们也自成会话，又是我们的孩子，清理孤儿时不能认错。
static SHELLS: Mutex<BTreeSet<i32>> = Mutex::new(BTreeSet::new());

fn shells() -> MutexGuard<'static, BTreeSet<i32>> {
    SHELLS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// 从 exec 之前的子进程里调用：让它收养自己的孤儿后代。exec 以后仍然有效。
///
/// # Errors
/// 系统不许时，返回那个错误。
pub fn adopt_orphans() -> io::Result<()> {
    Ok(rustix::process::set_child_subreaper(Some(
        rustix::process::getpid(),
    ))?)
}

/// 从 exec 之前的子进程里调用：信号都恢复默认处置。
///
/// 父进程可能忽略了 SIGINT（脚本里的 `cargo test &`、nohup）；忽略会一路继承下去，Ctrl-C 就没有用了。
///
/// # Errors
/// 系统不许时，返回那个错误。
pub fn default_signals() -> io::Result<()> {
    for signal in [
        libc::SIGINT,
        libc::SIGQUIT,
        libc::SIGTERM,
        libc::SIGHUP,
        libc::SIGPIPE,
        libc::SIGXFSZ,
    ] {
        // SAFETY: 恢复默认处置，不装处理函数。
        if unsafe { libc::signal(signal, libc::SIG_DFL) } == libc::SIG_ERR {
            return Err(io::Error::last_os_error());
        }
    }
    Ok(())
}

/// 启动一个 shell 并记下它。`command` 要在 exec 之前 [`adopt_orphans`]，并自成会话。
///
/// # Errors
/// 启动不了时，返回那个错误。
pub fn spawn_shell(command: &mut Command) -> io::Result<Child> {
    adopt_orphans()?;
    // 锁着：别的线程清理孤儿时，不会碰上一个还没记下的 shell。
    let mut shells = shells();
    let shell = command.spawn()?;
    shells.insert(shell.id() as i32);
    Ok(shell)
}

/// `shell` 启动过的、还没死的进程，不含它自己。
#[must_use]
pub fn members(shell: i32) -> Vec<i32> {
    twice(|| {
        let table = processes();
        let pids = table.keys().copied();
        pids.filter(|&pid| pid != shell && belongs(&table, pid, shell))
            .collect()
    })
}

/// 杀掉 `shell` 和它启动过的一切。
pub fn kill(shell: &mut Child) {
    // 它可能刚好自己退出了；那正是我们要的。
    drop(shell.kill());
    drop(shell.wait());
    // 它一死，孩子都归到我们名下；杀掉一层，下一层又归过来，杀到一个不剩为止。
    let mut shells = shells();
    shells.remove(&(shell.id() as i32));
    let ours = std::process::id() as i32;
    for _ in 0..1000 {
        let pids = twice(|| strays(&processes(), ours, &shells));
        if pids.is_empty() {
            return;
        }
        for pid in pids.into_iter().filter_map(Pid::from_raw) {
            let _gone = rustix::process::kill_process(pid, Signal::KILL);
            // 收走它；还没死透就等下一遍。
            let _reaped = rustix::process::waitpid(Some(pid), WaitOptions::NOHANG);
        }
        std::thread::yield_now();
    }
}

/// 看表的当口父进程刚好死了，孩子可能两头都没赶上；一个也没找到就再看一遍，它已经归了收养者。
fn twice(find: impl Fn() -> Vec<i32>) -> Vec<i32> {
    let found = find();
    if found.is_empty() { find() } else { found }
}

/// /proc 里的一个进程。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Process {
    parent: i32,
    session: i32,
    /// 还没死；僵尸只等人收，不算活着。
    alive: bool,
}

/// 此刻的全部进程。
fn processes() -> BTreeMap<i32, Process> {
    let Ok(entries) = fs::read_dir("/proc") else {
        return BTreeMap::new();
    };
    entries
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<i32>().ok())
        .filter_map(|pid| {
            let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
            Some((pid, parse(&stat)?))
        })
        .collect()
}

/// /proc/PID/stat：`号码 (名字) 状态 父进程 进程组 会话 …`；名字里可以有空格和括号。
fn parse(stat: &str) -> Option<Process> {
    let (_, rest) = stat.rsplit_once(')')?;
    let mut fields = rest.split_whitespace();
    let state = fields.next()?;
    let parent = fields.next()?.parse().ok()?;
    let session = fields.nth(1)?.parse().ok()?;
    Some(Process {
        parent,
        session,
        alive: !matches!(state, "Z" | "X"),
    })
}

/// `pid` 还没死，而且是 `shell` 的后代或者在它的会话里。
fn belongs(table: &BTreeMap<i32, Process>, pid: i32, shell: i32) -> bool {
    let mut at = pid;
    // 父子关系不会成环；读表的当口号码可能刚好换了主人，所以还是数着步数。
    for _ in 0..table.len() {
        match table.get(&at) {
            Some(process) if at == pid && !process.alive => return false,
            Some(process) if process.parent == shell || process.session == shell => return true,
            Some(process) => at = process.parent,
            None => return false,
        }
    }
    false
}

/// 归到 `ours` 名下的孤儿：自成会话的孩子，又不是活着的 shell。我们自己的子进程都留在我们的会话里。
fn strays(table: &BTreeMap<i32, Process>, ours: i32, shells: &BTreeSet<i32>) -> Vec<i32> {
    let Some(own) = table.get(&ours) else {
        return Vec::new();
    };
    let orphan = |(pid, process): (&i32, &Process)| {
        let stray = process.parent == ours
            && process.session != own.session
            && !shells.contains(&process.session);
        stray.then_some(*pid)
    };
    table.iter().filter_map(orphan).collect()
}
