//! 会话在实验台里的例外：结果必然不同（`differs`），或根本跑不了（`absent`），各附一句给读者看的理由。

use serde::{Deserialize, Serialize};

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
        if !reason.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)) {
            return Err(format!(
                "lab 的理由要写给读者看，用中文；现在是“{reason}”"
            ));
        }
        if reason.trim() != reason || reason.contains('\n') {
            return Err(format!("lab 的理由只写一行，前后没有空白；现在是“{reason}”"));
        }
        Ok(mark)
    }
}
