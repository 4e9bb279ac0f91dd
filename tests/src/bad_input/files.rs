//! 坏文件：参数里的源文件和目标文件，程序自己要的 data.txt。

use std::fs::{self, File, Permissions};
use std::io;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::net::UnixListener;
use std::path::Path;

use rustix::fs::{CWD, FileType, Mode};

use super::cases::{Cases, Expect};
use crate::probe::Limits;
use crate::requires;
use crate::usage::{Param, Usage};

/// 怎样造一个坏文件。
type Make = fn(&Path) -> io::Result<()>;
/// 一个坏文件：说法，怎样造（叫 bad），参数里写什么。
type Bad = (&'static str, Make, &'static str);

/// 什么也不用造。
fn nothing(_: &Path) -> io::Result<()> {
    Ok(())
}

fn fifo(path: &Path) -> io::Result<()> {
    Ok(rustix::fs::mknodat(
        CWD,
        path,
        FileType::Fifo,
        Mode::RUSR | Mode::WUSR,
        0,
    )?)
}

fn link_to_itself(path: &Path) -> io::Result<()> {
    symlink("bad", path)
}

/// Unix 套接字的文件；绑定的人走了，文件还在。
fn socket(path: &Path) -> io::Result<()> {
    // 路径太长的话绑定不了（sun_path 只有 108 字节），所以从文件夹里绑定。
    let name = Path::new("/proc/self/fd");
    let folder = File::open(path.parent().unwrap_or(path))?;
    let short = name
        .join(std::os::fd::AsRawFd::as_raw_fd(&folder).to_string())
        .join("bad");
    UnixListener::bind(short).map(drop)
}

fn without_permission(path: &Path) -> io::Result<()> {
    fs::write(path, "x")?;
    fs::set_permissions(path, Permissions::from_mode(0o000))
}

fn in_sealed_folder(path: &Path) -> io::Result<()> {
    fs::create_dir(path)?;
    fs::set_permissions(path, Permissions::from_mode(0o555))
}

const SOURCES: [Bad; 11] = [
    ("源文件不存在", nothing, "missing"),
    ("源文件的名字是空的", nothing, ""),
    ("源文件的名字里有换行", nothing, "a\nb"),
    ("源文件是文件夹", nothing, "."),
    ("源文件在不存在的文件夹里", nothing, "no/such/file"),
    ("源文件在一个文件里面", nothing, "source.bin/x"),
    ("源文件是绕圈的链接", link_to_itself, "bad"),
    ("源文件是没有人写的 FIFO", fifo, "bad"),
    ("源文件是套接字", socket, "bad"),
    ("源文件读不完", nothing, "/dev/zero"),
    ("源文件没有权限读", without_permission, "bad"),
];

const TARGETS: [Bad; 10] = [
    ("目标是文件夹", nothing, "."),
    ("目标的名字是空的", nothing, ""),
    ("目标的名字以斜线结尾", nothing, "new/"),
    ("目标在不存在的文件夹里", nothing, "no/such/file"),
    ("目标写满了", nothing, "/dev/full"),
    ("目标是绕圈的链接", link_to_itself, "bad"),
    ("目标是没有人读的 FIFO", fifo, "bad"),
    ("目标是套接字", socket, "bad"),
    ("目标没有权限写", without_permission, "bad"),
    ("目标在不许写的文件夹里", in_sealed_folder, "bad/new"),
];

/// data.txt 是这样的东西：说法，怎样造，一定失败还是也可以成功。
const DATA: [(&str, Make, Expect); 8] = [
    (
        "data.txt 是文件夹",
        |path| fs::create_dir(path),
        Expect::Failure,
    ),
    (
        "data.txt 是绕圈的链接",
        |path| symlink("data.txt", path),
        Expect::Failure,
    ),
    ("data.txt 没有权限", without_permission, Expect::Failure),
    (
        "data.txt 是 /dev/full",
        |path| symlink("/dev/full", path),
        Expect::Either,
    ),
    (
        "data.txt 是 /dev/zero，读不完",
        |path| symlink("/dev/zero", path),
        Expect::Either,
    ),
    (
        "data.txt 大得装不进内存",
        |path| File::create(path)?.set_len(1 << 33),
        Expect::Either,
    ),
    (
        "data.txt 是空的",
        |path| fs::write(path, ""),
        Expect::Either,
    ),
    (
        "data.txt 不是文字",
        |path| fs::write(path, [0xff; 5000]),
        Expect::Either,
    ),
];

impl Cases<'_> {
    pub(super) fn bad_files(&mut self, usage: &Usage) -> Result<(), String> {
        // 没有参数的程序在空文件夹里也要好好收场。
        if usage.required.is_empty() {
            let folder = self.fresh()?;
            self.expect("在空文件夹里", &folder, &[], Expect::Either)?;
        }
        if self.table.source.contains("data.txt\"") {
            self.bad_data(usage)?;
        }
        self.bad_paths(usage, &Param::Source, &SOURCES)?;
        self.bad_paths(usage, &Param::Target, &TARGETS)?;
        if usage.required.contains(&Param::Source) && usage.required.contains(&Param::Target) {
            self.same_file(usage, "源和目标是同一个文件", |_, _| Ok(()))?;
            self.same_file(usage, "目标是指向源的链接", |source, target| {
                symlink(source, target)
            })?;
            self.same_file(usage, "目标是源的另一个名字", |source, target| {
                fs::hard_link(source, target)
            })?;
        }
        Ok(())
    }

    fn bad_paths(&mut self, usage: &Usage, param: &Param, cases: &[Bad]) -> Result<(), String> {
        let Some(at) = usage.required.iter().position(|p| p == param) else {
            return Ok(());
        };
        for (what, make, value) in cases {
            let folder = self.fresh()?;
            let Some(limits) = self.make(&folder.join("bad"), *make)? else {
                continue;
            };
            let (good, _port) = self.good(&folder)?;
            let mut args = usage.good_args(&good)?;
            args[at] = value.into();
            let outcome = self.finish(&folder, &args, limits)?;
            self.judge(what, &args, outcome, Expect::Failure);
            if *param == Param::Source && folder.join(&good.target).exists() {
                self.problem(format!("{what}：期望不留下目标文件，实际留下了"));
            }
        }
        Ok(())
    }

    fn bad_data(&mut self, usage: &Usage) -> Result<(), String> {
        for (what, make, expect) in DATA {
            let folder = self.fresh()?;
            let Some(limits) = self.make(&folder.join("data.txt"), make)? else {
                continue;
            };
            let (good, _port) = self.good(&folder)?;
            let args = usage.good_args(&good)?;
            let outcome = self.finish(&folder, &args, limits)?;
            self.judge(what, &args, outcome, expect);
        }
        // 打开 FIFO 会等另一头（fifo(7)），和 accept 等客户端一样；另一头来了就要走得下去。
        let folder = self.fresh()?;
        fifo(&folder.join("data.txt")).map_err(|err| err.to_string())?;
        let (good, _port) = self.good(&folder)?;
        let args = usage.good_args(&good)?;
        let mut probe = self.start(&folder, &args, Limits::default())?;
        let outcome = loop {
            // 同时当读的和写的，打开就不会等；随即走掉，读的一方读到结尾。
            let both = File::options()
                .read(true)
                .write(true)
                .open(folder.join("data.txt"));
            drop(both.map_err(|err| err.to_string())?);
            let limit = probe.elapsed() + std::time::Duration::from_millis(2);
            let outcome = probe.wait(limit).map_err(|err| err.to_string())?;
            if outcome.is_some() || probe.elapsed() > self.table.limit {
                break outcome;
            }
        };
        self.judge(
            "data.txt 是 FIFO，另一头来了又走",
            &args,
            outcome,
            Expect::Either,
        );
        Ok(())
    }

    /// 造出坏文件；返回跑程序时该限定什么。root 不守权限、又没法让它守的话，没有。
    fn make(&self, path: &Path, make: Make) -> Result<Option<Limits>, String> {
        make(path).map_err(|err| format!("{}：{err}", path.display()))?;
        let restricted = fs::symlink_metadata(path)
            .is_ok_and(|meta| !meta.is_symlink() && meta.permissions().mode() & 0o200 == 0);
        if restricted && !requires::can_obey_permissions() {
            return Ok(None);
        }
        Ok(Some(Limits {
            permissions: restricted,
            ..Limits::default()
        }))
    }

    fn same_file(
        &mut self,
        usage: &Usage,
        what: &str,
        link: fn(&Path, &Path) -> io::Result<()>,
    ) -> Result<(), String> {
        let folder = self.fresh()?;
        let (mut good, _port) = self.good(&folder)?;
        let source = folder.join(&good.source);
        let target = folder.join(&good.target);
        link(&source, &target).map_err(|err| err.to_string())?;
        if !target.exists() {
            good.target = good.source.clone();
        }
        let before = fs::read(&source).map_err(|err| err.to_string())?;
        self.expect(what, &folder, &usage.good_args(&good)?, Expect::Failure)?;
        let after = fs::read(&source).map_err(|err| err.to_string())?;
        if before != after {
            self.problem(format!("{what}：期望内容不动，实际变了"));
        }
        Ok(())
    }
}
