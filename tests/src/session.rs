//! 会话文件（`listings/chNN/sessions/NAME.toml`）的样子：终端、步骤、允许变化的词。
//!
//! 这里只有数据和校验，不运行任何东西；同一份文件还要在网页里的实验台重放，见 [`crate::lab`]。

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::lab::mark::{Mark, RawMark};
use crate::requires::Requirement;
use crate::vary::{Kind, Vary};

/// 一次会话最多跑多久；超过就是卡住了。单个会话可以用 `deadline` 改。
const DEADLINE_SECONDS: u64 = 30;

/// 一份读好、校验过的会话。
#[derive(Debug)]
pub struct Session {
    /// `ch01/hello` 这样的名字。
    pub name: String,
    /// 会话文件的路径，录音放在它旁边。
    pub file: PathBuf,
    /// 终端的名字，按书里排列的次序。
    pub terminals: Vec<String>,
    /// 机器要具备的条件；不具备就跳过。
    pub requires: Vec<Requirement>,
    /// 读者看到的端口号，运行时换成真正空闲的端口。
    pub ports: BTreeSet<u16>,
    /// 还要画成图（`NAME.svg`）。
    pub draw: bool,
    /// 在实验台里的例外；多数会话没有。
    pub lab: Option<Mark>,
    /// 时限，秒。
    pub deadline: u64,
    /// 步骤，按先后。
    pub steps: Vec<Step>,
    /// 允许变化的词。
    pub vary: Vec<Vary>,
}

/// 一步：在哪个终端，做什么，等到什么。
#[derive(Debug)]
pub struct Step {
    /// 终端的名字。
    pub terminal: String,
    /// 做什么；只等待时没有。
    pub action: Option<Action>,
    /// 等到什么才走下一步；没写就不等。
    pub until: Option<Until>,
}

/// 在终端里做的事。
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// 敲一条 shell 命令。
    Type(String),
    /// 给正在运行的程序输入一行。
    Send(String),
    /// 按一个控制键。
    Key(Key),
}

/// 控制键。
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Key {
    /// 中断。
    CtrlC,
    /// 输入到此为止。
    CtrlD,
}

/// 走下一步之前必须成立的事。
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Until {
    /// 这个终端在最近一次操作之后打印了这段文字。
    Text(String),
    /// 有套接字在这个端口上监听（TCP）或绑定（UDP）。
    Listening(u16),
    /// 正在运行的命令结束，退出状态是这个数。
    Exit(i32),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSession {
    terminals: Vec<String>,
    #[serde(default)]
    requires: OneOrMany,
    #[serde(default)]
    ports: Vec<u16>,
    #[serde(default)]
    draw: bool,
    lab: Option<RawMark>,
    deadline: Option<u64>,
    step: Vec<RawStep>,
    #[serde(default)]
    vary: Vec<RawVary>,
}

#[derive(Deserialize, Default)]
#[serde(untagged)]
enum OneOrMany {
    #[default]
    None,
    One(Requirement),
    Many(Vec<Requirement>),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawStep {
    r#in: String,
    r#type: Option<String>,
    send: Option<String>,
    key: Option<Key>,
    until: Option<Until>,
}

#[derive(Deserialize)]
struct RawVary {
    r#in: String,
    line: String,
    #[serde(flatten)]
    words: BTreeMap<String, Kind>,
}

impl Session {
    /// 读一份会话文件。
    ///
    /// # Errors
    /// 文件读不了、不是合法的 TOML、或内容自相矛盾（例如步骤用了没声明的终端）时，返回一句说明。
    pub fn load(file: &Path) -> Result<Self, String> {
        let text =
            std::fs::read_to_string(file).map_err(|err| format!("{}：{err}", file.display()))?;
        Self::parse(file, &text)
            .map_err(|why| format!("{}:{}：{why}", file.display(), line_of(&text, &why)))
    }

    /// 解析会话文件的内容；`file` 只用来取名字。
    ///
    /// # Errors
    /// 同 [`Session::load`]。
    pub fn parse(file: &Path, text: &str) -> Result<Self, String> {
        let raw: RawSession = toml::from_str(text).map_err(|err| err.to_string())?;
        let steps = raw
            .step
            .into_iter()
            .enumerate()
            .map(|(i, step)| step.check(&raw.terminals, i + 1))
            .collect::<Result<Vec<_>, _>>()?;
        for (i, terminal) in raw.terminals.iter().enumerate() {
            if raw.terminals[..i].contains(terminal) {
                return Err(format!("终端 {terminal} 写了两次"));
            }
            if !steps.iter().any(|step| &step.terminal == terminal) {
                return Err(format!("终端 {terminal} 没有任何步骤"));
            }
        }
        if raw.draw && raw.terminals.len() != 2 {
            return Err("draw = true 要正好两个终端，一边一个".into());
        }
        let mut known = BTreeMap::new();
        let vary = raw
            .vary
            .into_iter()
            .map(|vary| {
                if !raw.terminals.contains(&vary.r#in) {
                    return Err(format!("[[vary]] 用了没声明的终端 {}", vary.r#in));
                }
                Vary::new(vary.r#in, &vary.line, vary.words, &mut known)
            })
            .collect::<Result<Vec<_>, _>>()?;
        let listening = steps.iter().filter_map(|step| match step.until {
            Some(Until::Listening(port)) => Some(port),
            _ => None,
        });
        Ok(Self {
            name: name_of(file),
            file: file.to_owned(),
            ports: raw.ports.iter().copied().chain(listening).collect(),
            terminals: raw.terminals,
            requires: match raw.requires {
                OneOrMany::None => Vec::new(),
                OneOrMany::One(one) => vec![one],
                OneOrMany::Many(many) => many,
            },
            draw: raw.draw,
            lab: raw.lab.map(RawMark::check).transpose()?,
            deadline: raw.deadline.unwrap_or(DEADLINE_SECONDS),
            steps,
            vary,
        })
    }

    /// 某个终端的录音放在哪里：`hello.toml` 的 server 终端是 `hello.server.console`。
    #[must_use]
    pub fn transcript_file(&self, terminal: &str) -> PathBuf {
        self.file.with_extension(format!("{terminal}.console"))
    }

    /// 依次每条命令是在第几个终端敲的，从 1 数起。
    #[must_use]
    pub fn order(&self) -> Vec<usize> {
        self.steps
            .iter()
            .filter(|step| matches!(step.action, Some(Action::Type(_))))
            .filter_map(|step| {
                self.terminals
                    .iter()
                    .position(|name| *name == step.terminal)
            })
            .map(|at| at + 1)
            .collect()
    }

    /// 图放在哪里：`hello.toml` 的图是 `hello.svg`。
    #[must_use]
    pub fn drawing_file(&self) -> PathBuf {
        self.file.with_extension("svg")
    }

    /// 会话里敲的全部命令。
    pub fn commands(&self) -> impl Iterator<Item = &str> {
        self.steps.iter().filter_map(|step| match &step.action {
            Some(Action::Type(command)) => Some(command.as_str()),
            _ => None,
        })
    }
}

impl RawStep {
    fn check(self, terminals: &[String], number: usize) -> Result<Step, String> {
        if !terminals.contains(&self.r#in) {
            return Err(format!("第 {number} 步用了没声明的终端 {}", self.r#in));
        }
        let mut actions = Vec::new();
        actions.extend(self.r#type.map(Action::Type));
        actions.extend(self.send.map(Action::Send));
        actions.extend(self.key.map(Action::Key));
        if actions.len() > 1 {
            return Err(format!("第 {number} 步只能有 type、send、key 中的一个"));
        }
        let action = actions.pop();
        if let Some(Action::Type(line) | Action::Send(line)) = &action
            && line.contains('\n')
        {
            return Err(format!("第 {number} 步只能输入一行"));
        }
        if action.is_none() && self.until.is_none() {
            return Err(format!("第 {number} 步什么也没做，也什么都不等"));
        }
        Ok(Step {
            terminal: self.r#in,
            action,
            until: self.until,
        })
    }
}

/// 出错的是哪一行：说明里有“第 N 步”“line N”，或者引用了那一行；都没有就是第 1 行。
fn line_of(text: &str, why: &str) -> usize {
    let number = |before: &str| {
        let (_, rest) = why.split_once(before)?;
        let end = rest.find(|c: char| !c.is_ascii_digit())?;
        rest[..end].parse::<usize>().ok()
    };
    let mut lines = (1..).zip(text.lines());
    let found = if let Some(step) = number("第 ") {
        lines
            .filter(|(_, line)| line.trim() == "[[step]]")
            .nth(step.saturating_sub(1))
    } else if let Some(line) = number("line ") {
        return line;
    } else {
        let quoted = why
            .split('“')
            .nth(1)
            .and_then(|rest| rest.split('”').next());
        lines.find(|(_, line)| quoted.is_some_and(|quoted| line.contains(quoted)))
    };
    found.map_or(1, |(number, _)| number)
}

/// `…/listings/ch01/sessions/hello.toml` → `ch01/hello`。
fn name_of(file: &Path) -> String {
    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
    let chapter = file
        .parent()
        .and_then(Path::parent)
        .and_then(Path::file_name);
    match chapter {
        Some(chapter) => format!("{}/{stem}", chapter.to_string_lossy()),
        None => stem.into_owned(),
    }
}
