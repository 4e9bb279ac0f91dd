//! 程序身边的东西不对：输入、输出、描述符、文件大小，和 Ctrl-C。

use std::fs;

use rustix::process::Signal;

use super::cases::{Cases, Expect};
use crate::probe::{Input, Limits, Output};
use crate::usage::{Param, Usage};

impl Cases<'_> {
    pub(super) fn surroundings(&mut self, usage: &Usage) -> Result<(), String> {
        if !self.is_script()? {
            self.few_descriptors(usage)?; // 脚本的解释器自己就要好几个
        }
        self.bad_input(usage)?;
        self.bad_output(usage)?;
        self.large_files(usage)?;
        self.interrupt(usage)
    }

    /// 0、1、2 之外只给几个描述符。装载器自己要用一个，所以从 1 个起。
    fn few_descriptors(&mut self, usage: &Usage) -> Result<(), String> {
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
                let outcome = self.wait(&mut probe)?;
                self.judge(&what, &args, outcome, Expect::Either);
            }
        }
        Ok(())
    }

    /// 读标准输入的程序：没有打开、没有尽头、没有换行、不是文字、是文件夹。
    fn bad_input(&mut self, usage: &Usage) -> Result<(), String> {
        if !self.table.source.contains("stdin().lock()") {
            return Ok(());
        }
        for (what, stdin) in [
            ("标准输入到头了", Input::Null),
            ("标准输入没有打开", Input::Closed),
            ("标准输入没有尽头，也没有换行", Input::File("/dev/zero")),
            ("标准输入是随机的字节", Input::File("/dev/urandom")),
            ("标准输入是文件夹", Input::File("/")),
        ] {
            let limits = Limits {
                stdin,
                ..Limits::default()
            };
            self.with_peer(what, usage, limits, Expect::Either)?;
        }
        Ok(())
    }

    /// 标准输出写不下、没有打开、读的人走了。
    fn bad_output(&mut self, usage: &Usage) -> Result<(), String> {
        for (what, stdout) in [
            ("标准输出写不下", Output::Full),
            ("标准输出没有打开", Output::Closed),
            ("读标准输出的人走了", Output::Gone),
        ] {
            let limits = Limits {
                stdout,
                ..Limits::default()
            };
            self.with_peer(what, usage, limits, Expect::Output)?;
        }
        Ok(())
    }

    /// 目标文件不许超过 4 KiB，源文件有 8 KiB。
    fn large_files(&mut self, usage: &Usage) -> Result<(), String> {
        if !usage.required.contains(&Param::Target) {
            return Ok(());
        }
        let folder = self.fresh()?;
        let (good, _port) = self.good(&folder)?;
        fs::write(folder.join(&good.source), [b'x'; 8192]).map_err(|err| err.to_string())?;
        let limits = Limits {
            file_size: Some(4096),
            ..Limits::default()
        };
        let args = usage.good_args(&good)?;
        let outcome = self.finish(&folder, &args, limits)?;
        self.judge(
            "目标文件超过 RLIMIT_FSIZE",
            &args,
            outcome,
            Expect::TooLarge,
        );
        Ok(())
    }

    /// 服务器在等客户端时按 Ctrl-C。
    fn interrupt(&mut self, usage: &Usage) -> Result<(), String> {
        if !usage.is_server() {
            return Ok(());
        }
        let folder = self.fresh()?;
        let (good, _port) = self.good(&folder)?;
        let args = usage.good_args(&good)?;
        let mut probe = self.start(&folder, &args, Limits::default())?;
        if self.wait_listening(&mut probe, good.port)? {
            probe.signal(Signal::INT);
            let outcome = self.wait(&mut probe)?;
            self.judge("等客户端时按 Ctrl-C", &args, outcome, Expect::Interrupted);
        }
        Ok(())
    }

    /// 带着说得通的参数和讲礼貌的对端跑一遍。
    fn with_peer(
        &mut self,
        what: &str,
        usage: &Usage,
        limits: Limits,
        expect: Expect,
    ) -> Result<(), String> {
        let folder = self.fresh()?;
        let (good, _port) = self.good(&folder)?;
        let args = usage.good_args(&good)?;
        let start = |cases: &Self| cases.start(&folder, &args, limits);
        let mut probe = self.entertain(usage, good.port, start)?;
        let outcome = self.wait(&mut probe)?;
        self.judge(what, &args, outcome, expect);
        Ok(())
    }
}
