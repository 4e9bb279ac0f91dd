//! 页面上有 ▶ 的程序：送到别处去跑之前，先在这里证明它自己跑得完。

use std::fs;
use std::path::Path;
use std::time::Duration;

use crate::probe::{Limits, Probe};

/// 运行服务最多等这么久。
pub const LIMIT: Duration = Duration::from_secs(6);

/// 不给参数、不给输入、除了环回接口没有网络，跑一遍 `binary`。
///
/// # Errors
/// 启动不了、`limit` 之内没有结束、退出状态不是 0、或写了文件，返回期望和实际。
pub fn check(binary: &Path, scratch: &Path, limit: Duration) -> Result<(), String> {
    let name = binary.file_name().unwrap_or_default().to_string_lossy();
    let folder = scratch.join(format!("runnable-{name}-{}", std::process::id()));
    fs::create_dir_all(&folder).map_err(|err| format!("{}：{err}", folder.display()))?;
    let result = run(binary, &folder, limit);
    // 留下的只是垃圾，删不掉不影响结果。
    drop(fs::remove_dir_all(&folder));
    result
}

fn run(binary: &Path, folder: &Path, limit: Duration) -> Result<(), String> {
    let limits = Limits {
        isolated: true,
        ..Limits::default()
    };
    let outcome = Probe::start(folder, binary, &[], limits)
        .and_then(|mut probe| probe.wait_while_busy(limit))
        .map_err(|err| format!("{}：{err}", binary.display()))?;
    let Some(outcome) = outcome else {
        return Err(format!(
            "期望：{} 秒之内结束\n实际：还在跑",
            limit.as_secs_f64()
        ));
    };
    if outcome.status != 0 {
        return Err(format!(
            "期望：不给参数和输入、没有外部网络，退出状态 0\n实际：退出状态 {}，标准错误：{:?}",
            outcome.status, outcome.stderr
        ));
    }
    match fs::read_dir(folder).map(|mut entries| entries.next().is_some()) {
        Ok(false) => Ok(()),
        Ok(true) => Err("期望：不写文件\n实际：工作文件夹里多了东西".into()),
        Err(err) => Err(format!("{}：{err}", folder.display())),
    }
}
