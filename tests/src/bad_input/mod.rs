//! 坏输入的表：每个程序，无论给它什么，都是一句话、一个非零的退出状态，不 panic、不卡住。
//!
//! 情形由程序自己的用法行推出来（见 [`crate::usage`]），所以新程序不必登记：
//!
//! - `arguments`：参数的个数和写法；
//! - `files`：参数里的文件，和程序自己要的 data.txt；
//! - `peers`：端口被占、没有人听、对端不讲道理、对端不说话；
//! - `surroundings`：输入、输出、描述符、文件大小、Ctrl-C；
//! - `faults`：系统调用失败，要 strace。
//!
//! 例外都在这个文件的表里，附上原因。

mod arguments;
mod cases;
mod faults;
mod files;
mod peers;
mod surroundings;

use std::fs;
use std::path::Path;
use std::time::Duration;

use cases::Cases;

/// 一个程序最多跑多久就该收场。
pub const LIMIT: Duration = Duration::from_secs(3);

/// 程序自己说好等对端的时限：connect 和每次 read 都至多等 5 秒。到了时限也该收场。
pub const PATIENCE: Duration = Duration::from_secs(5);

/// 对端不说话就一直等的程序和原因。它们等的是人。
const WAITS: [(&str, &str); 2] = [
    (
        "tcp_client_step",
        "对端是 tcp_server_step，写不写、什么时候写由另一个终端前的人决定",
    ),
    ("tcp_client_wait_eof", "同上；它演示的就是等到对端关闭为止"),
];

/// 某次系统调用失败了，仍以 0 退出也说得通的程序和原因。
const CARRIES_ON: [(&str, &str); 0] = [];

/// 成功时也不以 0 退出的程序：状态和原因。
const ON_PURPOSE: [(&str, i32, &str); 1] =
    [("sigpipe_default", 141, "它演示被 SIGPIPE 杀死：128 + 13")];

/// 写的文件超过 RLIMIT_FSIZE，内核发 SIGXFSZ，没有人接就杀死程序，由 shell 来说：128 + 25。
const FILE_TOO_LARGE: i32 = 153;

/// println! 写不出去时 panic 的那句话；书里讲了它（第 1 章的缓冲），除此之外不许 panic。
const PRINTLN: &str = "failed printing to stdout";

/// 一个程序的全部情形。
#[derive(Debug)]
pub struct Table<'a> {
    /// 程序的名字。
    pub name: &'a str,
    /// 可执行文件。
    pub binary: &'a Path,
    /// 源文件的内容：要不要 data.txt、读不读标准输入、是不是 UDP，看它就知道。
    pub source: &'a str,
    /// 放临时文件的文件夹。
    pub scratch: &'a Path,
    /// 最多等多久，一般是 [`LIMIT`]。
    pub limit: Duration,
    /// 对端不说话时，它自己至多等多久，一般是 [`PATIENCE`]。
    pub patience: Duration,
}

/// 表的一部分，各在一个文件里。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// 参数的个数和写法。
    Arguments,
    /// 文件。
    Files,
    /// 端口和对端。
    Peers,
    /// 输入、输出、描述符、文件大小、Ctrl-C。
    Surroundings,
}

impl Table<'_> {
    /// 跑完全部情形，除了 [`Table::run_faults`] 的那些。
    ///
    /// # Errors
    /// 有情形收场不对时，返回全部，每个一段：参数、期望、实际。
    pub fn run(&self) -> Result<(), String> {
        self.run_parts(&[
            Part::Arguments,
            Part::Files,
            Part::Peers,
            Part::Surroundings,
        ])
    }

    /// 只跑其中几部分。
    ///
    /// # Errors
    /// 同 [`Table::run`]。
    pub fn run_parts(&self, parts: &[Part]) -> Result<(), String> {
        self.collect("bad", |cases| {
            let usage = cases.usage()?;
            // 要等上几秒的先启动，等别的都跑完再来看。
            let mut patient = Vec::new();
            if parts.contains(&Part::Peers) {
                patient = cases.start_patient(&usage)?;
            }
            for part in parts {
                match part {
                    Part::Arguments => cases.bad_arguments(&usage)?,
                    Part::Files => cases.bad_files(&usage)?,
                    Part::Peers => {
                        cases.bad_ports(&usage)?;
                        cases.rude_peers(&usage)?;
                    }
                    Part::Surroundings => cases.surroundings(&usage)?,
                }
            }
            cases.finish_patient(patient)
        })
    }

    /// 让程序用到的每个网络系统调用失败一次。要 strace。
    ///
    /// # Errors
    /// 同 [`Table::run`]。
    pub fn run_faults(&self) -> Result<(), String> {
        self.collect("faults", |cases| {
            let usage = cases.usage()?;
            cases.failing_calls(&usage)
        })
    }

    fn collect(
        &self,
        kind: &str,
        act: impl FnOnce(&mut Cases<'_>) -> Result<(), String>,
    ) -> Result<(), String> {
        let folder = self
            .scratch
            .join(format!("{kind}-{}-{}", self.name, std::process::id()));
        fs::create_dir_all(&folder).map_err(|err| format!("{}：{err}", folder.display()))?;
        let mut cases = Cases::new(self, &folder);
        let result = act(&mut cases);
        let problems = cases.into_problems();
        // 留下的只是垃圾，删不掉不影响结果。
        drop(fs::remove_dir_all(&folder));
        result?;
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
}
