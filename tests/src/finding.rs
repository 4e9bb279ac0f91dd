//! 检查的结果：哪个文件哪一行、期望什么、实际什么。

use std::fmt;
use std::path::{Path, PathBuf};

/// 一处不符。`file` 是相对仓库根目录的路径，`line` 从 1 数起；整个文件的问题记在第 1 行。
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// 出问题的文件。
    pub file: PathBuf,
    /// 行号。
    pub line: usize,
    /// 期望什么。
    pub expected: String,
    /// 实际什么。
    pub actual: String,
}

impl Finding {
    /// 记下一处不符。
    pub fn new(
        file: impl AsRef<Path>,
        line: usize,
        expected: impl Into<String>,
        actual: impl Into<String>,
    ) -> Self {
        Self {
            file: file.as_ref().to_owned(),
            line,
            expected: expected.into(),
            actual: actual.into(),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}:{}\n    期望：{}\n    实际：{}",
            self.file.display(),
            self.line,
            self.expected,
            self.actual
        )
    }
}

/// 把一次检查的全部发现写成一段话；没有发现就是 `Ok`。
///
/// # Errors
/// `findings` 不空时，返回排好序的全部发现。
pub fn report(mut findings: Vec<Finding>) -> Result<(), String> {
    if findings.is_empty() {
        return Ok(());
    }
    findings.sort();
    let mut text = format!("共 {} 处：\n", findings.len());
    for finding in &findings {
        text.push_str(&format!("{finding}\n"));
    }
    Err(text)
}
