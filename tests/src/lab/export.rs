//! 会话写成 JSON：实验台的页面和 `lab/replay.mjs` 都读它，于是会话文件只有一个解析器。

use std::collections::BTreeMap;

use serde::Serialize;

use crate::lab::mark::Mark;
use crate::requires::Requirement;
use crate::session::{Action, Session, Step, Until};

#[derive(Serialize)]
struct SessionOut<'a> {
    terminals: &'a [String],
    deadline: u64,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    user: bool,
    steps: Vec<StepOut<'a>>,
    lab: Option<&'a Mark>,
}

#[derive(Serialize)]
struct StepOut<'a> {
    terminal: &'a str,
    #[serde(flatten)]
    action: Option<&'a Action>,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<&'a Until>,
}

impl<'a> From<&'a Session> for SessionOut<'a> {
    fn from(session: &'a Session) -> Self {
        Self {
            terminals: &session.terminals,
            deadline: session.deadline,
            user: session.requires.contains(&Requirement::NoCapNetRaw),
            steps: session.steps.iter().map(StepOut::from).collect(),
            lab: session.lab.as_ref(),
        }
    }
}

impl<'a> From<&'a Step> for StepOut<'a> {
    fn from(step: &'a Step) -> Self {
        Self {
            terminal: &step.terminal,
            action: step.action.as_ref(),
            until: step.until.as_ref(),
        }
    }
}

/// 全部会话写成一份 JSON，名字 → `{ terminals, deadline, user, steps, lab }`，按名字排序，以换行结尾。
///
/// `user` 是 `true` 的会话要普通用户来演（`requires = "no-cap-net-raw"`）；其余的没有这个键，由 root 来演。
/// 一步是 `{ terminal, type | send | key, until: { text | listening | exit } }`；没有的键不写。
/// `lab` 是 `null`、`{ differs: 理由 }` 或 `{ absent: 理由 }`。
///
/// # Errors
/// 写不成 JSON 时，返回一句说明。
pub fn to_json<'a>(sessions: impl IntoIterator<Item = &'a Session>) -> Result<String, String> {
    let all: BTreeMap<&str, SessionOut<'_>> = sessions
        .into_iter()
        .map(|session| (session.name.as_str(), session.into()))
        .collect();
    serde_json::to_string(&all)
        .map(|text| text + "\n")
        .map_err(|err| format!("会话写不成 JSON：{err}"))
}
