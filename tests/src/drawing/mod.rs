//! 会话的图：两边各调用了什么、谁在等、什么东西从一边到了另一边。
//!
//! ```text
//! strace 的输出 ──trace──▶ 每个终端的调用 ──align──▶ 排好行的图 ──svg──▶ NAME.svg
//! ```
//!
//! 三步都是纯函数，输出只由会话里**有保证的先后**决定：时间、进程号、临时端口都不进图。
//! 先后没有保证的（赌博），[`align`] 会拒绝画。

pub mod align;
pub mod svg;
pub mod trace;

use std::collections::BTreeMap;
use std::fs;

use crate::runner::{self, Stage};
use crate::session::Session;
use crate::vary;

/// 跑一遍会话，画出它的图。
///
/// # Errors
/// 会话跑不下去、strace 的输出读不懂、或画的是没有保证的事，返回一句说明。
pub fn draw(session: &Session, stage: &Stage<'_>) -> Result<String, String> {
    let (_, traces) = runner::run_traced(session, stage)?;
    draw_traces(session, &traces)
}

/// 从各终端各条命令的 strace 输出画图。
///
/// # Errors
/// 同 [`draw`]。
pub fn draw_traces(
    session: &Session,
    traces: &BTreeMap<String, Vec<String>>,
) -> Result<String, String> {
    let mut lanes = Vec::new();
    for terminal in &session.terminals {
        let processes = traces
            .get(terminal)
            .into_iter()
            .flatten()
            .map(|text| trace::parse(text))
            .collect::<Result<Vec<_>, _>>()
            .map_err(|why| format!("终端 {terminal}：{why}"))?;
        lanes.push(processes);
    }
    let chart = align::align(session, &lanes)?;
    Ok(svg::render(&session.name, &chart))
}

/// 画一遍，与旁边的 `NAME.svg` 比较；`overwrite` 时改写不再符合的。
///
/// # Errors
/// 画不出来、图缺失或不符时，返回说明：看哪个文件，差在哪里，怎样重画。
pub fn check(session: &Session, stage: &Stage<'_>, overwrite: bool) -> Result<(), String> {
    let file = session.drawing_file();
    let advice = format!(
        "图：{}\n重画：SNAPSHOTS=overwrite cargo test --test book drawing::{}",
        file.display(),
        session.name
    );
    let actual = draw(session, stage).map_err(|why| format!("{why}\n{advice}"))?;
    let path = stage.root.join(&file);
    let recorded = fs::read_to_string(&path).ok();
    if recorded.as_ref() == Some(&actual) {
        return Ok(());
    }
    if overwrite {
        return fs::write(&path, actual).map_err(|err| format!("{}：{err}", file.display()));
    }
    match recorded {
        Some(recorded) => Err(format!("{}\n{advice}", vary::diff(&recorded, &actual))),
        None => Err(format!("还没有画过\n{advice}")),
    }
}
