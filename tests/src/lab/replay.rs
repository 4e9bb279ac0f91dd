//! 在做好的实验台里重放一个会话，与旁边的录音比较。

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::{Mutex, PoisonError};

use serde::Deserialize;

use crate::lab::mark::Mark;
use crate::runner::Transcripts;
use crate::session::Session;
use crate::vary;

/// 怎样做出实验台。
pub const BUILD: &str = "lab/build";

/// `lab/` 里的这些文件原样放进做好的实验台；不一样就是改了它们以后没有重做。
const COPIED: [&str; 3] = ["guest.mjs", "player.mjs", "transcript.mjs"];

/// 做好的实验台。
#[derive(Debug)]
pub struct Lab {
    root: PathBuf,
    folder: PathBuf,
    /// 闲着的 node。启动它、编译模拟器要的时间，比演一个会话还长，所以用完留着。
    idle: Mutex<Vec<Worker>>,
}

/// 一个 `node lab/replay.mjs --serve`：给一个名字，还一行结果。
#[derive(Debug)]
struct Worker {
    node: Child,
    results: BufReader<ChildStdout>,
}

impl Worker {
    fn start(root: &Path, folder: &Path) -> Result<Self, String> {
        let mut node = Command::new("node")
            .arg(root.join("lab/replay.mjs"))
            .arg("--serve")
            .arg("--lab")
            .arg(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|err| format!("启动不了 node：{err}"))?;
        let results = BufReader::new(node.stdout.take().ok_or("node 没有标准输出")?);
        Ok(Self { node, results })
    }

    fn replay(&mut self, name: &str) -> Result<Replay, String> {
        let stdin = self.node.stdin.as_mut().ok_or("node 没有标准输入")?;
        writeln!(stdin, "{name}").map_err(|err| format!("node 已经不在：{err}"))?;
        let mut line = String::new();
        self.results
            .read_line(&mut line)
            .map_err(|err| format!("读不到 lab/replay.mjs 的结果：{err}"))?;
        let mut results: BTreeMap<String, Replay> = serde_json::from_str(&line)
            .map_err(|err| format!("lab/replay.mjs 没有打印结果（{err}）：{line}"))?;
        results
            .remove(name)
            .ok_or_else(|| format!("lab/replay.mjs 的结果里没有 {name}"))
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // 它闲着，没有要收尾的东西。
        drop(self.node.kill());
        drop(self.node.wait());
    }
}

/// 重放一个会话的结果，`lab/replay.mjs` 打印的。
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Replay {
    /// 每个终端的录音。
    pub transcripts: Transcripts,
    /// 走不下去时的一句话。
    pub error: Option<String>,
    /// 从恢复机器到演完，秒。
    pub seconds: f64,
}

impl Lab {
    /// 找到页面用的实验台；它要是照现在的会话和播放器做的。`sessions` 是 [`crate::lab::export::to_json`] 的结果。
    ///
    /// # Errors
    /// 没有做、做好以后会话或播放器又改了、或没有 node 时，返回一句说明，写着该运行什么。
    pub fn find(root: &Path, sessions: &str) -> Result<Self, String> {
        let head = fs::read_to_string(root.join("theme/head.hbs")).unwrap_or_default();
        let folder = folder_in(&head)
            .map(|path| root.join("src").join(path))
            .filter(|folder| folder.join("state.zst").is_file())
            .ok_or_else(|| format!("实验台还没有做好：先运行 {BUILD}"))?;
        let stale = |what: &str| format!("做好实验台以后，{what} 又改了：再运行一次 {BUILD}");
        let built = |name: &str| fs::read_to_string(folder.join(name)).unwrap_or_default();
        if built("sessions.json") != sessions {
            return Err(stale("会话"));
        }
        for name in COPIED {
            let source = root.join("lab").join(name);
            let text = fs::read_to_string(&source)
                .map_err(|err| format!("{}：{err}", source.display()))?;
            if built(name) != text {
                return Err(stale(&format!("lab/{name}")));
            }
        }
        Command::new("node")
            .arg("--version")
            .output()
            .map_err(|err| format!("重放会话要用 node，启动不了它（{err}）：先安装 nodejs"))?;
        Ok(Self {
            root: root.to_owned(),
            folder,
            idle: Mutex::new(Vec::new()),
        })
    }

    /// 在一台刚恢复的机器里重放一个会话。
    ///
    /// # Errors
    /// node 启动不了、或打印的不是结果时，返回一句说明；会话自己走不下去，写在 [`Replay::error`] 里。
    pub fn replay(&self, session: &Session) -> Result<Replay, String> {
        let idle = || self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let worker = idle().pop();
        let mut worker = worker.map_or_else(|| Worker::start(&self.root, &self.folder), Ok)?;
        let replay = worker.replay(&session.name)?;
        idle().push(worker);
        Ok(replay)
    }

    /// 重放一个会话，与旁边的录音比较。
    ///
    /// # Errors
    /// 见 [`judge`]；还有录音读不了、node 跑不起来的时候。
    pub fn check(&self, session: &Session) -> Result<(), String> {
        judge(
            session,
            &recorded(&self.root, session)?,
            &self.replay(session)?,
        )
    }
}

/// 书里的录音，每个终端一份；`root` 是仓库的根目录。
///
/// # Errors
/// 有一份读不了时，返回一句说明。
pub fn recorded(root: &Path, session: &Session) -> Result<Transcripts, String> {
    let read = |terminal: &String| {
        let file = root.join(session.transcript_file(terminal));
        let text = fs::read_to_string(&file).map_err(|err| format!("{}：{err}", file.display()))?;
        Ok((terminal.clone(), text))
    };
    session.terminals.iter().map(read).collect()
}

/// theme/head.hbs 里的 `<meta name="lab" content="{{ path_to_root }}lab/…/">`：实验台在 src 的哪里。
#[must_use]
pub fn folder_in(head: &str) -> Option<&str> {
    let (_, rest) = head.split_once("<meta name=\"lab\" content=\"")?;
    let (content, _) = rest.split_once('"')?;
    let (variable, path) = content.strip_prefix("{{")?.split_once("}}")?;
    (variable.trim() == "path_to_root").then_some(path)
}

/// 重放的结果对不对：走完了全部步骤，录音与书里的相同。
///
/// 标了 `differs` 的也要走完，录音不比；但真的要有不同，不然标记是多余的。
///
/// # Errors
/// 不对时，返回说明：哪一步、哪个文件、差在哪里。
pub fn judge(session: &Session, recorded: &Transcripts, replay: &Replay) -> Result<(), String> {
    let advice = format!("会话文件：{}", session.file.display());
    if let Some(error) = &replay.error {
        return Err(format!(
            "在实验台里走不下去：{error}\n{}{advice}",
            show(&replay.transcripts)
        ));
    }
    let mut problems = String::new();
    for terminal in &session.terminals {
        let empty = String::new();
        let expected = recorded.get(terminal).unwrap_or(&empty);
        let actual = replay.transcripts.get(terminal).unwrap_or(&empty);
        if let Err(why) = vary::compare(terminal, expected, actual, &session.vary) {
            let file = session.transcript_file(terminal);
            problems.push_str(&format!("{}:1\n{why}\n", file.display()));
        }
    }
    match (&session.lab, problems.is_empty()) {
        (Some(Mark::Differs(reason)), true) => Err(format!(
            "标了 lab = {{ differs = \"{reason}\" }}，重放的结果却和书里一样：去掉这个标记\n{advice}"
        )),
        (None, false) => Err(format!(
            "{problems}实验台里的录音：\n{}{advice}",
            show(&replay.transcripts)
        )),
        _ => Ok(()),
    }
}

fn show(texts: &Transcripts) -> String {
    texts
        .iter()
        .map(|(name, text)| {
            let end = if text.ends_with('\n') { "" } else { "\n" };
            format!("──── 终端 {name} ────\n{text}{end}")
        })
        .collect()
}
