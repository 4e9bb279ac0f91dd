//! 把排好行的图写成 SVG。颜色全在 theme/book.css 里，随主题变；这里只有形状和文字。

use super::align::{Chart, Crossing};

/// 画布的宽。手机上一栏大约 350 像素，字号 14 缩到那里仍有 12 像素。
const WIDTH: usize = 400;
/// 两道的位置；左边的字在左道左侧，右边的字在右道右侧。
const LANES: [usize; 2] = [116, 284];
/// 第一行的位置。
const TOP: usize = 70;
/// 行高。
const ROW: usize = 30;
/// 排队的东西离对端多远，第几件就多几格。
const QUEUE: usize = 14;

/// 写成 SVG 文字。里面没有空行：空行会结束 Markdown 里的 HTML。
#[must_use]
pub fn render(name: &str, chart: &Chart) -> String {
    let id = name.replace(['/', '_'], "-");
    let height = y(chart.rows.saturating_sub(1)) + 24;
    let title: Vec<String> = chart
        .lanes
        .iter()
        .map(|lane| format!("{} {}", lane.title, lane.program))
        .collect();
    let mut lines = vec![
        format!(
            "<svg role=\"img\" aria-labelledby=\"{id}-title {id}-desc\" viewBox=\"0 0 {WIDTH} {height}\" xmlns=\"http://www.w3.org/2000/svg\">"
        ),
        format!(
            "<title id=\"{id}-title\">{} 的调用次序</title>",
            escape(&title.join(" 和"))
        ),
        format!(
            "<desc id=\"{id}-desc\">{}</desc>",
            escape(&chart.story.join(""))
        ),
    ];
    for (lane, &x) in chart.lanes.iter().zip(&LANES) {
        lines.push(text(x, 18, "head", lane.title));
        lines.push(text(x, 38, "program", &lane.program));
        let last = lane
            .marks
            .iter()
            .map(|mark| mark.row)
            .max()
            .unwrap_or_default();
        lines.push(path("lane", &format!("M{x} 46V{}", y(last))));
        for &(from, to) in &lane.waits {
            lines.push(path("wait", &format!("M{x} {}V{}", y(from), y(to))));
        }
    }
    let columns = columns(&chart.crossings);
    for (crossing, &column) in chart.crossings.iter().zip(&columns) {
        draw_crossing(&mut lines, &chart.crossings, crossing, column);
    }
    for (side, (lane, &x)) in chart.lanes.iter().zip(&LANES).enumerate() {
        for mark in &lane.marks {
            let y = y(mark.row);
            lines.push(format!(
                "<circle class=\"dot\" cx=\"{x}\" cy=\"{y}\" r=\"3.5\"></circle>"
            ));
            let (class, at) = if side == 0 {
                ("call left", x - 9)
            } else {
                ("call", x + 9)
            };
            let mut content = escape(&mark.text);
            if mark.waits {
                content.push_str(" <tspan class=\"note\">等待</tspan>");
            }
            lines.push(format!(
                "<text class=\"{class}\" x=\"{at}\" y=\"{}\">{content}</text>",
                y + 5
            ));
        }
    }
    lines.push("</svg>".to_owned());
    lines.join("\n") + "\n"
}

/// 每件排队的东西占第几格。先来的靠近对端，于是后来的横线不穿过它。
fn columns(crossings: &[Crossing]) -> Vec<usize> {
    let mut columns: Vec<usize> = Vec::new();
    for (i, crossing) in crossings.iter().enumerate() {
        let column = crossings[..i]
            .iter()
            .zip(&columns)
            .filter(|(earlier, _)| {
                earlier.from == crossing.from
                    && last(earlier) >= crossing.row
                    && last(earlier) > earlier.row
            })
            .map(|(_, column)| column + 1)
            .max();
        columns.push(column.unwrap_or_default());
    }
    columns
}

fn last(crossing: &Crossing) -> usize {
    crossing.taken.last().copied().unwrap_or(crossing.row)
}

fn draw_crossing(lines: &mut Vec<String>, all: &[Crossing], crossing: &Crossing, column: usize) {
    let (from, to) = (LANES[crossing.from], LANES[1 - crossing.from]);
    // 朝对端的方向是 1 或 -1；离对端 distance 的位置。
    let right = to > from;
    let near = |distance: usize| if right { to - distance } else { to + distance };
    let queue = near(QUEUE * (column + 1) + 4);
    let waits = last(crossing) > crossing.row;
    let direct = crossing.taken.first() == Some(&crossing.row);
    let row = y(crossing.row);

    if waits {
        lines.push(path(
            "queue",
            &format!("M{queue} {row}V{}", y(last(crossing))),
        ));
    }
    let arrive = if direct { near(6) } else { queue };
    lines.push(path("crossing", &format!("M{from} {row}H{arrive}")));
    if direct {
        lines.push(arrow(near(5), row, right));
    }
    for &taken in crossing.taken.iter().filter(|&&taken| taken > crossing.row) {
        lines.push(path(
            "crossing",
            &format!("M{queue} {}H{}", y(taken), near(6)),
        ));
        lines.push(arrow(near(5), y(taken), right));
    }
    let middle = (from + arrive) / 2;
    lines.push(text(middle, row - 6, "label", &crossing.label));
    // 在取走的那一行写明它排在哪里；那一行另一边已经没有东西过来才写得下。
    if let (Some(name), Some(&first)) = (
        crossing.queue,
        crossing.taken.iter().find(|&&taken| taken > crossing.row),
    ) {
        let free = all.iter().all(|other| other.row != first);
        let shown_before = all
            .iter()
            .take_while(|other| *other != crossing)
            .any(|other| other.queue == crossing.queue && other.taken.contains(&first));
        if free && !shown_before {
            let beside = all
                .iter()
                .zip(columns(all))
                .filter(|(other, _)| other.from == crossing.from)
                .filter(|(other, _)| other.row <= first && last(other) >= first)
                .map(|(_, column)| column)
                .max()
                .unwrap_or(column);
            let at = near(QUEUE * (beside + 1) + 12);
            let class = if right { "label left" } else { "label right" };
            lines.push(text(at, y(first) + 5, class, name));
        }
    }
}

fn y(row: usize) -> usize {
    TOP + row * ROW
}

fn text(x: usize, y: usize, class: &str, content: &str) -> String {
    format!(
        "<text class=\"{class}\" x=\"{x}\" y=\"{y}\">{}</text>",
        escape(content)
    )
}

fn path(class: &str, d: &str) -> String {
    format!("<path class=\"{class}\" d=\"{d}\"></path>")
}

/// 箭头的尖在 `x`。
fn arrow(x: usize, y: usize, right: bool) -> String {
    let back = if right { x - 8 } else { x + 8 };
    path("arrow", &format!("M{x} {y}L{back} {}V{}Z", y - 4, y + 4))
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
