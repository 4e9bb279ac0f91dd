//! 让程序用到的每个网络系统调用失败一次，由 strace 来做。

use std::ffi::OsString;
use std::fs;
use std::path::Path;

use super::CARRIES_ON;
use super::cases::{Cases, Expect, SOON};
use crate::probe::{Limits, Outcome, Probe};
use crate::usage::Usage;

/// 让它们失败一次的系统调用。只列网络的：装载器和标准库自己也 read、openat。
const FAULTS: &str = "socket,setsockopt,getsockopt,bind,listen,accept4,accept,connect,getsockname,getpeername,sendto,recvfrom,sendmsg,recvmsg,shutdown,socketpair";

impl Cases<'_> {
    pub(super) fn failing_calls(&mut self, usage: &Usage) -> Result<(), String> {
        let log = self.folder.join("trace");
        let trace = [
            "-e".into(),
            format!("trace={FAULTS}"),
            "-o".into(),
            log.display().to_string(),
        ];
        self.run_traced(usage, &trace)?;
        let used = fs::read_to_string(&log).map_err(|err| format!("{}：{err}", log.display()))?;
        let carries_on = CARRIES_ON.iter().any(|(name, _)| *name == self.table.name);
        let expect = if carries_on {
            Expect::Either
        } else {
            Expect::Failure
        };
        for call in FAULTS.split(',') {
            if !used.contains(&format!(" {call}(")) {
                continue;
            }
            let inject = [
                "-o".into(),
                "/dev/null".into(),
                "-e".into(),
                format!("trace={call}"),
                "-e".into(),
                format!("inject={call}:error=ENOBUFS:when=1"),
            ];
            let (args, outcome) = self.run_traced(usage, &inject)?;
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
        // 只在列出的调用上停下来，别的照常跑，快得多。
        let mut args: Vec<OsString> = ["-f", "--seccomp-bpf", "-qq", "-e", "signal=none"]
            .map(OsString::from)
            .to_vec();
        args.extend(options.iter().map(OsString::from));
        args.push(self.table.binary.into());
        args.extend(usage.good_args(&good)?);
        let start = |_: &Self| {
            Probe::start(&folder, Path::new("strace"), &args, Limits::default())
                .map_err(|err| format!("strace：{err}"))
        };
        let mut probe = self.entertain(usage, good.port, start)?;
        let outcome = probe.wait(SOON).map_err(|err| err.to_string())?;
        Ok((args, outcome))
    }
}
