//! 会话在实验台里的例外：结果必然不同（`differs`），或根本跑不了（`absent`），各附一句给读者看的理由。

use std::fs;

use serde::{Deserialize, Serialize};

use crate::book::Book;
use crate::checks::chinese;
use crate::finding::Finding;

/// 例外至多占全部会话的几分之一。多了，读者就不能指望实验台里的和书上一样。
const SHARE: usize = 10;

/// 一个会话在实验台里的例外。
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mark {
    /// 照样重放，结局照样要符合声明，只是打印的东西必然不同。
    Differs(String),
    /// 那里没有它要的东西，不重放。
    Absent(String),
}

impl Mark {
    /// 给读者看的理由。
    #[must_use]
    pub fn reason(&self) -> &str {
        match self {
            Mark::Differs(reason) | Mark::Absent(reason) => reason,
        }
    }
}

/// 会话文件里的写法：`lab = { differs = "理由" }` 或 `lab = { absent = "理由" }`。
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawMark {
    differs: Option<String>,
    absent: Option<String>,
}

impl RawMark {
    /// 两种例外正好写一种，理由是中文。
    ///
    /// # Errors
    /// 不是这样时，返回一句说明。
    pub fn check(self) -> Result<Mark, String> {
        let mark = match (self.differs, self.absent) {
            (Some(reason), None) => Mark::Differs(reason),
            (None, Some(reason)) => Mark::Absent(reason),
            _ => return Err("lab 里要写 differs 或 absent，正好一个".into()),
        };
        let reason = mark.reason();
        if !reason
            .chars()
            .any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))
        {
            return Err(format!("lab 的理由要写给读者看，用中文；现在是“{reason}”"));
        }
        if reason.trim() != reason || reason.contains('\n') {
            return Err(format!(
                "lab 的理由只写一行，前后没有空白；现在是“{reason}”"
            ));
        }
        Ok(mark)
    }
}

/// 例外不太多，理由的写法与正文一样。
#[must_use]
pub fn check(book: &Book) -> Vec<Finding> {
    let marked: Vec<_> = book
        .sessions
        .iter()
        .filter_map(|session| Some((session, session.lab.as_ref()?)))
        .collect();
    let mut findings = Vec::new();
    for (session, mark) in &marked {
        let text = fs::read_to_string(book.root.join(&session.file)).unwrap_or_default();
        let at = text.lines().position(|line| line.starts_with("lab"));
        let line = at.unwrap_or_default() + 1;
        findings.extend(
            chinese::check_text(&session.file, mark.reason())
                .into_iter()
                .map(|finding| Finding { line, ..finding }),
        );
    }
    let most = book.sessions.len() / SHARE;
    if marked.len() > most {
        let names: Vec<&str> = marked.iter().map(|(s, _)| s.name.as_str()).collect();
        findings.push(Finding::new(
            "listings",
            1,
            format!(
                "{} 个会话里至多 {most} 个标 lab（{SHARE} 个里一个）",
                book.sessions.len()
            ),
            format!("{} 个：{}", names.len(), names.join("、")),
        ));
    }
    findings
}
