//! 书里的程序：构建一次，记下它们在哪里；`cargo run -q --bin NAME` 换成直接运行它们。

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use escargot::format::Message;

use crate::drawing::trace::TRACED;

/// 这个环境变量告诉假 `cargo`：第 N 条命令的 strace 输出写到哪个文件夹的 N.trace。
pub const TRACE_FOLDER: &str = "BOOK_TRACE_FOLDER";

/// cargo 在 listings 里构建的一样东西：程序，或者不该有的库、构建脚本。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// 名字。
    pub name: String,
    /// bin、lib、custom-build……
    pub kind: String,
    /// 从哪个文件开始构建，相对仓库根目录。
    pub file: PathBuf,
    /// 构建一共读了哪些源文件，`include_str!` 之类的也在；在仓库里的写相对路径。只有 bin 有。
    pub sources: Vec<PathBuf>,
}

/// 构建好的程序。
#[derive(Debug)]
pub struct Programs {
    /// listings 里构建的全部东西。
    pub targets: Vec<Target>,
    /// 名字 → 可执行文件。
    pub binaries: BTreeMap<String, PathBuf>,
    /// libc 这个 crate 编译出来的 rlib，给检查 API 路径的 rustdoc 用。
    pub libc: Option<PathBuf>,
    /// 构建在哪里；没有设 CARGO_TARGET_DIR 就由 cargo 自己定。
    pub target: Option<PathBuf>,
    /// 放着假 `cargo` 的文件夹，排在 PATH 最前面。
    pub shim: PathBuf,
    /// 同上，但这个 `cargo` 让程序在 strace 底下跑，记录放在 [`TRACE_FOLDER`] 里。
    pub tracer: PathBuf,
}

impl Programs {
    /// 用 `cargo build --workspace --bins` 构建全部程序；没有改动时只是确认一遍。
    ///
    /// # Errors
    /// 构建失败（错误已经打印在终端上）、或假 `cargo` 写不进 `scratch` 时，返回一句说明。
    pub fn build(root: &Path, scratch: &Path) -> Result<Self, String> {
        // 相对的路径从敲 cargo test 的那个文件夹算起，这里已经不在那里了；`scratch` 就在它里面。
        let target = std::env::var_os("CARGO_TARGET_DIR").and(scratch.parent());
        let mut build = escargot::CargoBuild::new()
            .manifest_path(root.join("Cargo.toml"))
            .arg("--workspace")
            .bins();
        if let Some(target) = target {
            build = build.target_dir(target);
        }
        let messages = build
            .exec()
            .map_err(|err| format!("构建 listings 失败：{err}"))?;
        let mut binaries = BTreeMap::new();
        let mut targets = Vec::new();
        let mut libc = None;
        for message in messages {
            let message = message.map_err(|err| format!("构建 listings 失败：{err}"))?;
            let Ok(Message::CompilerArtifact(artifact)) = message.decode() else {
                continue;
            };
            let relative = artifact.target.src_path.strip_prefix(root);
            if let Ok(file) = relative
                && file.starts_with("listings")
            {
                targets.push(Target {
                    name: artifact.target.name.to_string(),
                    kind: artifact.target.kind.join("、"),
                    file: file.to_owned(),
                    sources: Vec::new(),
                });
            }
            if let Some(executable) = &artifact.executable {
                binaries.insert(artifact.target.name.to_string(), executable.to_path_buf());
            } else if artifact.target.name == "libc" && artifact.target.kind == ["lib"] {
                libc = artifact
                    .filenames
                    .iter()
                    .find(|file| file.extension().is_some_and(|ext| ext == "rlib"))
                    .map(|file| file.to_path_buf());
            }
        }
        // cargo 到最后才写 NAME.d，要等它结束。
        for target in &mut targets {
            if target.kind == "bin"
                && let Some(executable) = binaries.get(&target.name)
            {
                target.sources = sources(root, executable)?;
            }
        }
        Ok(Self {
            targets,
            target: target.map(Path::to_owned),
            ..Self::with_shims(binaries, libc, scratch)?
        })
    }

    /// 给构建好的程序配上假 `cargo`，放在 `scratch` 里。
    ///
    /// # Errors
    /// 写不进 `scratch` 时，返回一句说明。
    pub fn with_shims(
        binaries: BTreeMap<String, PathBuf>,
        libc: Option<PathBuf>,
        scratch: &Path,
    ) -> Result<Self, String> {
        let shim = scratch.join("shim");
        install(&shim, &shim_script(&binaries, "", "exec"))?;
        let tracer = scratch.join("tracer");
        install(&tracer, &tracer_script(&binaries))?;
        Ok(Self {
            targets: Vec::new(),
            binaries,
            libc,
            target: None,
            shim,
            tracer,
        })
    }
}

/// cargo 在程序旁边留下的 `NAME.d`：`程序: 源文件 源文件…`，文件名里的空格前面有反斜杠。
fn sources(root: &Path, executable: &Path) -> Result<Vec<PathBuf>, String> {
    let file = executable.with_extension("d");
    let text = fs::read_to_string(&file).map_err(|err| format!("{}：{err}", file.display()))?;
    let (_, list) = text
        .split_once(": ")
        .ok_or_else(|| format!("{}：期望“程序: 源文件”，实际：{text}", file.display()))?;
    let list = list.trim_end().replace("\\ ", "\0");
    Ok(list
        .split(' ')
        .map(|source| PathBuf::from(source.replace('\0', " ")))
        .map(|source| {
            source
                .strip_prefix(root)
                .map_or(source.clone(), Path::to_owned)
        })
        .collect())
}

/// 只认 `cargo run -q --bin NAME 参数…` 的 `cargo`：先做 `setup`，再用 `exec` 开头的一句换成那个程序。
/// 真的 cargo 也是 exec 成那个程序；有一项测试用真的 cargo 跑同一个会话，证明两者的录音相同。
fn shim_script(binaries: &BTreeMap<String, PathBuf>, setup: &str, exec: &str) -> String {
    let mut script = format!(
        "#!/bin/sh\n[ \"$1 $2 $3\" = 'run -q --bin' ] || {{ echo \"cargo：会话里只能写 cargo run -q --bin 程序 参数…\" >&2; exit 101; }}\nname=$4\nshift 4\n[ \"$1\" = -- ] && shift\n{setup}case $name in\n",
    );
    for (name, path) in binaries {
        script.push_str(&format!("{name}) {exec} {} \"$@\" ;;\n", quote(path)));
    }
    script.push_str("*) echo \"cargo：没有程序 $name\" >&2; exit 101 ;;\nesac\n");
    script
}

/// 放进单引号，shell 就不再解释里面的任何字；单引号自己要断开来写。
#[must_use]
pub fn quote(path: &Path) -> String {
    format!("'{}'", path.display().to_string().replace('\'', "'\\''"))
}

/// 让程序在 strace 底下跑的 `cargo`。
fn tracer_script(binaries: &BTreeMap<String, PathBuf>) -> String {
    let file = format!("\"${TRACE_FOLDER}/$n.trace\"");
    let setup = format!("n=1\nwhile [ -e {file} ]; do n=$((n + 1)); done\n");
    let exec = format!("exec strace -f -qq -s 65536 -e signal=none -e trace={TRACED} -o {file}");
    shim_script(binaries, &setup, &exec)
}

/// 把假 `cargo` 放进 `dir`。只在构建以后放一次：一个线程刚写完、另一个线程正好 fork，
/// 写的描述符就漏进了子进程，执行它会得到 ETXTBSY，shell 便去找下一个 `cargo` 了。
fn install(dir: &Path, script: &str) -> Result<(), String> {
    let file = dir.join("cargo");
    let fail = |err: std::io::Error| format!("{}：{err}", file.display());
    fs::create_dir_all(dir).map_err(fail)?;
    // 别的测试进程可能正在执行旧的那份：写好再换上去，内容相同就不动。
    if fs::read_to_string(&file).is_ok_and(|old| old == script) {
        return Ok(());
    }
    let fresh = dir.join(format!("cargo.{}", std::process::id()));
    fs::write(&fresh, script).map_err(fail)?;
    fs::set_permissions(&fresh, fs::Permissions::from_mode(0o755)).map_err(fail)?;
    fs::rename(&fresh, &file).map_err(fail)
}
