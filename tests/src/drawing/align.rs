//! 把两边的调用排成行：各按自己的先后，两边再靠“连接请求↔accept、发送↔接收、关闭↔读到 0”对齐。
//!
//! 先后只认有保证的：程序自己的次序、东西先发出才收得到、会话的步骤等到了什么才走下一步。
//! 一次接收拿到多少如果取决于谁快谁慢，就不画：那样的图每次都可能不同。

use std::collections::BTreeMap;

use super::trace::Call;
use crate::session::{Action, Session, Until};

/// 排好的图。
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Chart {
    /// 左右两道。
    pub lanes: Vec<Lane>,
    /// 从一边到另一边的东西，按发出的先后。
    pub crossings: Vec<Crossing>,
    /// 一共几行。
    pub rows: usize,
    /// 图的文字版，一句一步。
    pub story: Vec<String>,
}

/// 一道：一个终端。
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Lane {
    /// 服务器、客户端……
    pub title: &'static str,
    /// 里面运行的程序。
    pub program: String,
    /// 每一行写什么。
    pub marks: Vec<Mark>,
    /// 停下来等的几段：从哪一行到哪一行。
    pub waits: Vec<(usize, usize)>,
}

/// 一道里的一行字。
#[derive(Debug, PartialEq, Eq)]
pub struct Mark {
    /// 第几行，从 0 数。
    pub row: usize,
    /// 写什么。
    pub text: String,
    /// 这个调用从这里等起。
    pub waits: bool,
}

/// 从一边到另一边的东西。
#[derive(Debug, PartialEq, Eq)]
pub struct Crossing {
    /// 从哪一道发出。
    pub from: usize,
    /// 在哪一行发出。
    pub row: usize,
    /// 是什么。
    pub label: String,
    /// 对端在哪几行把它取走；第一行可以就是发出的那一行（它正等着）。
    pub taken: Vec<usize>,
    /// 没有立刻取走的话，它在哪里排队。
    pub queue: Option<&'static str>,
}

/// 终端的名字在图里怎么称呼。
const TITLES: [(&str, &str); 4] = [
    ("server", "服务器"),
    ("client", "客户端"),
    ("receiver", "接收方"),
    ("sender", "发送方"),
];

/// 一次调用的位置。
type Id = usize;

/// 一次调用，和它属于谁。
struct Event<'a> {
    lane: usize,
    process: usize,
    call: &'a Call,
}

/// 东西从 `from` 发出，`to` 收到。
#[derive(Clone)]
struct Pair {
    from: Id,
    to: Id,
    what: What,
}

#[derive(Clone, PartialEq, Eq)]
enum What {
    Request,
    /// 收到的这一部分。
    Bytes(Vec<u8>),
    Datagram,
    End,
}

/// 每次调用有开始和返回两个点；先后记在它们之间。
fn start(id: Id) -> usize {
    id * 2
}

fn end(id: Id) -> usize {
    id * 2 + 1
}

/// 排行。`lanes[i][n]` 是第 i 个终端里第 n 条命令的调用。
///
/// # Errors
/// 图里的事没有保证（换个快慢就不同）、收发配不上、或终端没有中文称呼时，返回一句说明。
pub fn align(session: &Session, lanes: &[Vec<Vec<Call>>]) -> Result<Chart, String> {
    let mut events = Vec::new();
    for (lane, processes) in lanes.iter().enumerate() {
        for (process, calls) in processes.iter().enumerate() {
            events.extend(calls.iter().map(|call| Event {
                lane,
                process,
                call,
            }));
        }
    }
    let pairs = pair(&events)?;
    let mut order = Order::new(&events);
    for pair in &pairs {
        order.before(start(pair.from), end(pair.to));
    }
    follow_steps(session, &events, &mut order)?;
    let closure = Closure::of(&order)?;
    refuse_gambles(&events, &pairs, &closure)?;

    // 等的调用画成两行：从哪里等起，等到哪一行。别的调用一行。
    let mut waits = BTreeMap::new();
    for pair in &pairs {
        if !closure.reaches(start(pair.from), start(pair.to)) {
            waits.insert(pair.to, pair.from);
        }
    }
    let rows = place(&events, &order, &waits)?;
    let mut chart = Chart {
        rows: rows.iter().max().map_or(0, |last| last + 1),
        lanes: lanes_of(session, &events, &rows, &waits, &pairs)?,
        crossings: crossings(&events, &rows, &pairs),
        story: Vec::new(),
    };
    chart.story = tell(&chart, &events, &rows, &waits, &pairs);
    Ok(chart)
}

/// 谁的发送由谁收到。
fn pair(events: &[Event<'_>]) -> Result<Vec<Pair>, String> {
    // 描述符在某一刻是哪个套接字：造它的那次调用就是它的名字。
    let mut open: BTreeMap<(usize, usize, i32), Id> = BTreeMap::new();
    let mut socket_of: BTreeMap<Id, Id> = BTreeMap::new();
    let (mut connects, mut accepts) = (Vec::new(), Vec::new());
    let mut datagrams: [Vec<Id>; 2] = Default::default();
    for (id, event) in events.iter().enumerate() {
        let place = |fd: i32| (event.lane, event.process, fd);
        match event.call {
            Call::Socket { fd, .. } => {
                open.insert(place(*fd), id);
            }
            Call::Accept { fd } => {
                open.insert(place(*fd), id);
                accepts.push(id);
            }
            Call::Connect { fd, .. }
            | Call::Send { fd, .. }
            | Call::Receive { fd, .. }
            | Call::Close { fd }
            | Call::Shutdown { fd } => {
                let socket = open.get(&place(*fd)).copied();
                socket_of.extend(socket.map(|socket| (id, socket)));
                let stream = |s: Id| !matches!(events[s].call, Call::Socket { stream: false, .. });
                match event.call {
                    Call::Connect { .. } => connects.push(id),
                    Call::Send { .. } if !socket.is_some_and(stream) => datagrams[0].push(id),
                    Call::Receive { .. } if !socket.is_some_and(stream) => datagrams[1].push(id),
                    Call::Close { .. } => {
                        open.remove(&place(*fd));
                    }
                    _ => {}
                }
            }
            _ => {}
        }
    }
    let mut pairs = Vec::new();
    let [sent, received] = datagrams;
    for (&from, &to) in sent.iter().zip(&received) {
        pairs.push(Pair {
            from,
            to,
            what: What::Datagram,
        });
    }
    if connects.len() < accepts.len() {
        return Err("accept 比 connect 多，连接配不上".into());
    }
    for (&connect, &accept) in connects.iter().zip(&accepts) {
        pairs.push(Pair {
            from: connect,
            to: accept,
            what: What::Request,
        });
        let Some(&socket) = socket_of.get(&connect) else {
            continue;
        };
        for (a, b) in [(socket, accept), (accept, socket)] {
            let on = |socket: Id| {
                let socket_of = &socket_of;
                (0..events.len()).filter(move |id| socket_of.get(id) == Some(&socket))
            };
            pair_stream(events, on(a), on(b), &mut pairs)?;
        }
    }
    pairs.sort_by_key(|pair| (pair.to, pair.from));
    Ok(pairs)
}

/// 字节流的一个方向：第 n 个字节由哪次发送写出，由哪次接收读到。
fn pair_stream(
    events: &[Event<'_>],
    sender: impl Iterator<Item = Id>,
    receiver: impl Iterator<Item = Id>,
    pairs: &mut Vec<Pair>,
) -> Result<(), String> {
    let mut sent: Vec<(Id, u8)> = Vec::new();
    let mut finished = None;
    for id in sender {
        match events[id].call {
            Call::Send { data, .. } => sent.extend(data.iter().map(|&byte| (id, byte))),
            Call::Close { .. } | Call::Shutdown { .. } => {
                finished.get_or_insert(id);
            }
            _ => {}
        }
    }
    let mut at = 0;
    for id in receiver {
        let Call::Receive { data, .. } = events[id].call else {
            continue;
        };
        if data.is_empty() {
            let from = finished.ok_or("读到了结尾，对端却没有关闭")?;
            pairs.push(Pair {
                from,
                to: id,
                what: What::End,
            });
            continue;
        }
        let mut parts: Vec<(Id, Vec<u8>)> = Vec::new();
        for &byte in data {
            let &(from, expected) = sent.get(at).ok_or("收到的字节比发出的多")?;
            if expected != byte {
                return Err("收到的字节和发出的不同".into());
            }
            match parts.last_mut() {
                Some((id, bytes)) if *id == from => bytes.push(byte),
                _ => parts.push((from, vec![byte])),
            }
            at += 1;
        }
        pairs.extend(parts.into_iter().map(|(from, bytes)| Pair {
            from,
            to: id,
            what: What::Bytes(bytes),
        }));
    }
    Ok(())
}

/// 直接的先后：`before[b]` 里是一定在 b 之前的点。
struct Order {
    before: Vec<Vec<usize>>,
}

impl Order {
    /// 各程序自己的次序。
    fn new(events: &[Event<'_>]) -> Self {
        let mut order = Self {
            before: vec![Vec::new(); events.len() * 2],
        };
        for (id, event) in events.iter().enumerate() {
            order.before(start(id), end(id));
            if id > 0 && events[id - 1].lane == event.lane {
                order.before(end(id - 1), start(id));
            }
        }
        order
    }

    fn before(&mut self, earlier: usize, later: usize) {
        self.before[later].push(earlier);
    }
}

/// 会话的步骤：等到了的事，在下一步引起的事之前。
fn follow_steps(session: &Session, events: &[Event<'_>], order: &mut Order) -> Result<(), String> {
    let mut known: Vec<usize> = Vec::new();
    let lanes = session.terminals.len();
    // 每个终端：敲过几条命令，看过哪些键盘输入，屏幕看到哪里。
    let mut typed = vec![0; lanes];
    let mut seen = vec![0; lanes];
    for step in &session.steps {
        let lane = session
            .terminals
            .iter()
            .position(|terminal| *terminal == step.terminal)
            .unwrap_or_default();
        let own = || (0..events.len()).filter(|&id| events[id].lane == lane);
        let caused = match &step.action {
            Some(Action::Type(command)) if command.starts_with("cargo run ") => {
                typed[lane] += 1;
                own().find(|&id| events[id].process + 1 == typed[lane])
            }
            Some(Action::Send(sent)) => own()
                .skip(seen[lane])
                .find(|&id| matches!(events[id].call, Call::Input { line } if line == sent)),
            _ => None,
        };
        if let Some(id) = caused {
            // 键盘输入要等人按；命令要等人敲。
            let point = match events[id].call {
                Call::Input { .. } => end(id),
                _ => start(id),
            };
            for &earlier in &known {
                order.before(earlier, point);
            }
            seen[lane] = own().position(|own| own == id).unwrap_or_default() + 1;
        }
        let reached = match &step.until {
            Some(Until::Exit(_)) => own()
                .take_while(|&id| events[id].process < typed[lane])
                .last(),
            Some(Until::Listening(_)) => own().find(|&id| {
                let bound = matches!(events[id].call, Call::Listen { .. });
                let datagram = !own().any(|id| matches!(events[id].call, Call::Listen { .. }));
                bound || datagram && matches!(events[id].call, Call::Bind { .. })
            }),
            Some(Until::Text(text)) => {
                let mut screen = String::new();
                own().skip(seen[lane]).find(|&id| {
                    if let Call::Print { text } = events[id].call {
                        screen.push_str(text);
                    }
                    screen.contains(text.as_str())
                })
            }
            None => None,
        };
        if step.until.is_some() && reached.is_none() {
            return Err(format!("会话等到了 {:?}，记录里却找不到它", step.until));
        }
        known.extend(reached.map(end));
    }
    Ok(())
}

/// 谁在谁之前，算全了。
struct Closure {
    earlier: Vec<Vec<bool>>,
}

impl Closure {
    fn of(order: &Order) -> Result<Self, String> {
        let count = order.before.len();
        let mut earlier = vec![vec![false; count]; count];
        for point in sorted(&order.before)? {
            for &before in &order.before[point] {
                let inherited = earlier[before].clone();
                for (mine, theirs) in earlier[point].iter_mut().zip(inherited) {
                    *mine |= theirs;
                }
                earlier[point][before] = true;
            }
        }
        Ok(Self { earlier })
    }

    /// `a` 一定在 `b` 之前。
    fn reaches(&self, a: usize, b: usize) -> bool {
        self.earlier[b][a]
    }
}

/// 拓扑排序；编号小的先来，所以结果唯一。
fn sorted(before: &[Vec<usize>]) -> Result<Vec<usize>, String> {
    let mut done = vec![false; before.len()];
    let mut result = Vec::new();
    while result.len() < before.len() {
        let next = (0..before.len())
            .find(|&point| !done[point] && before[point].iter().all(|&b| done[b]))
            .ok_or("先后绕成了圈，排不成行")?;
        done[next] = true;
        result.push(next);
    }
    Ok(result)
}

/// 一次接收拿到多少，必须与谁快谁慢无关：拿到的要么只靠一次发送，要么发送都早已完成；
/// 没拿到的要么缓冲区装不下，要么那时一定还没有发出。
fn refuse_gambles(events: &[Event<'_>], pairs: &[Pair], closure: &Closure) -> Result<(), String> {
    for pair in pairs {
        let (What::Bytes(_), Call::Receive { full, name, .. }) = (&pair.what, events[pair.to].call)
        else {
            continue;
        };
        let gamble = |why: &str| {
            Err(format!(
                "{name} 这一次拿到多少取决于谁快谁慢（{why}），画不了：让会话的步骤定下先后"
            ))
        };
        let before = |id: Id| closure.reaches(start(id), start(pair.to));
        let together = pairs.iter().filter(|other| other.to == pair.to).count();
        if together > 1 && !before(pair.from) {
            return gamble("几次发送的字节碰巧一起到");
        }
        let later = pairs.iter().find(|other| {
            matches!(other.what, What::Bytes(_))
                && other.to > pair.to
                && events[other.to].lane == events[pair.to].lane
                && !pairs
                    .iter()
                    .any(|same| same.to == pair.to && same.from == other.from)
        });
        if let Some(later) = later
            && !full
            && !closure.reaches(end(pair.to), start(later.from))
        {
            return gamble("后面的字节可能也已经到了");
        }
    }
    Ok(())
}

/// 每个点在第几行。看不见的点（屏幕输出）不占行。
fn place(
    events: &[Event<'_>],
    order: &Order,
    waits: &BTreeMap<Id, Id>,
) -> Result<Vec<usize>, String> {
    // 等到的那一刻与对端的那次调用同一行：两个点并成一个。
    // 不等的调用，开始和返回也是一个点。
    let mut same: Vec<usize> = (0..events.len() * 2).collect();
    for id in 0..events.len() {
        match waits.get(&id) {
            Some(&from) => same[end(id)] = start(from),
            None => same[end(id)] = start(id),
        }
    }
    for point in 0..same.len() {
        while same[same[point]] != same[point] {
            same[point] = same[same[point]];
        }
    }
    let mut before = vec![Vec::new(); same.len()];
    for (point, earlier) in order.before.iter().enumerate() {
        let target: &mut Vec<usize> = &mut before[same[point]];
        target.extend(earlier.iter().map(|&b| same[b]));
    }
    for (point, earlier) in before.iter_mut().enumerate() {
        earlier.retain(|&b| b != point);
    }
    let hidden = |point: usize| matches!(events[point / 2].call, Call::Print { .. });
    let mut row = vec![0; same.len()];
    for point in sorted(&before)? {
        row[point] = before[point]
            .iter()
            .map(|&b| row[b] + usize::from(!hidden(b)))
            .max()
            .unwrap_or_default();
    }
    Ok((0..same.len()).map(|point| row[same[point]]).collect())
}

fn lanes_of(
    session: &Session,
    events: &[Event<'_>],
    rows: &[usize],
    waits: &BTreeMap<Id, Id>,
    pairs: &[Pair],
) -> Result<Vec<Lane>, String> {
    let mut lanes = Vec::new();
    for (index, terminal) in session.terminals.iter().enumerate() {
        let mut lane = Lane {
            title: title(terminal)?,
            program: session
                .steps
                .iter()
                .filter(|step| step.terminal == *terminal)
                .find_map(|step| match &step.action {
                    Some(Action::Type(command)) => {
                        let (_, rest) = command.split_once("--bin ")?;
                        rest.split_whitespace().next().map(str::to_owned)
                    }
                    _ => None,
                })
                .ok_or_else(|| format!("终端 {terminal} 没有运行书里的程序，没有什么可画"))?,
            ..Lane::default()
        };
        let mut last_row = None;
        for (id, event) in events.iter().enumerate() {
            if event.lane != index {
                continue;
            }
            let Some((name, result)) = label(event.call) else {
                continue;
            };
            let (row, back) = (rows[start(id)], rows[end(id)]);
            let mut mark = |row: usize, text: String, waits: bool| {
                lane.marks.push(Mark { row, text, waits });
            };
            if waits.contains_key(&id) {
                mark(row, name, true);
                let part = part_taken(events, pairs, id);
                mark(back, format!("→ {result}{part}"), false);
                lane.waits.push((row, back));
            } else {
                if let (Call::Input { .. }, Some(last)) = (event.call, last_row) {
                    lane.waits.push((last, row));
                }
                let mut text = match result.as_str() {
                    "" => name,
                    result => format!("{name} → {result}"),
                };
                text.push_str(&part_taken(events, pairs, id));
                lane.marks.push(Mark {
                    row,
                    text,
                    waits: false,
                });
            }
            last_row = Some(back);
        }
        lanes.push(lane);
    }
    Ok(lanes)
}

fn title(terminal: &str) -> Result<&'static str, String> {
    TITLES
        .iter()
        .find(|(name, _)| *name == terminal)
        .map(|(_, title)| *title)
        .ok_or_else(|| format!("终端 {terminal} 在图里没有称呼：加进 drawing::align 的 TITLES"))
}

/// 一次调用在图里写什么：名字，和返回值。看不见的没有。
fn label(call: &Call) -> Option<(String, String)> {
    let pair = |name: &str, result: String| Some((name.to_owned(), result));
    match call {
        Call::Socket { fd, .. } => pair("socket", fd.to_string()),
        Call::Bind { port, .. } => pair(&format!("bind {port}"), String::new()),
        Call::Listen { .. } => pair("listen", String::new()),
        Call::Accept { fd } => pair("accept", fd.to_string()),
        Call::Connect { polled, .. } => {
            pair(if *polled { "connect*" } else { "connect" }, String::new())
        }
        Call::Send { name, data, .. } | Call::Receive { name, data, .. } => {
            pair(name, data.len().to_string())
        }
        Call::Close { fd } => pair(&format!("close {fd}"), String::new()),
        Call::Shutdown { fd } => pair(&format!("shutdown {fd}"), String::new()),
        Call::Failed { name, error } => pair(name, error.clone()),
        Call::Input { line } if line.is_empty() => pair("按回车", String::new()),
        Call::Input { line } => pair(&format!("输入 {line}"), String::new()),
        Call::Exit => pair("退出", String::new()),
        Call::Print { .. } => None,
    }
}

/// 一次发送被分几次取走时，每次取走的是什么。
fn part_taken(events: &[Event<'_>], pairs: &[Pair], to: Id) -> String {
    let [part] = pairs
        .iter()
        .filter(|pair| pair.to == to)
        .collect::<Vec<_>>()[..]
    else {
        return String::new();
    };
    match (&part.what, events[part.from].call) {
        (What::Bytes(bytes), Call::Send { data, .. }) if bytes.len() < data.len() => {
            quote(bytes).map_or_else(String::new, |text| format!(" {text}"))
        }
        _ => String::new(),
    }
}

/// 看得见的短字节，写成 “…”。
fn quote(bytes: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(bytes).ok()?;
    let plain = text.bytes().all(|b| b.is_ascii_graphic() || b == b' ');
    if !plain || bytes.is_empty() || bytes.len() > 15 {
        return None;
    }
    // 两头的空格看不出来，写成 ␣。
    let inner = text.trim_matches(' ');
    let left = text.len() - text.trim_start_matches(' ').len();
    let right = text.len() - left - inner.len();
    Some(format!(
        "“{}{inner}{}”",
        "␣".repeat(left),
        "␣".repeat(right)
    ))
}

fn bytes_label(bytes: &[u8]) -> String {
    match quote(bytes) {
        Some(text) => format!("{} 字节{text}", bytes.len()),
        None => format!("{} 字节", bytes.len()),
    }
}

fn crossings(events: &[Event<'_>], rows: &[usize], pairs: &[Pair]) -> Vec<Crossing> {
    let mut crossings: Vec<(Id, Crossing)> = Vec::new();
    for pair in pairs {
        let row = rows[end(pair.to)];
        if let Some((_, crossing)) = crossings.iter_mut().find(|(from, _)| *from == pair.from) {
            crossing.taken.push(row);
            continue;
        }
        let (label, queue) = match (&pair.what, events[pair.from].call) {
            (What::Request, _) => ("连接请求".to_owned(), Some("积压队列")),
            (What::End, _) => ("FIN 关闭".to_owned(), None),
            (_, Call::Send { data, .. }) => (bytes_label(data), Some("接收缓冲区")),
            _ => (String::new(), None),
        };
        let crossing = Crossing {
            from: events[pair.from].lane,
            row: rows[start(pair.from)],
            label,
            taken: vec![row],
            queue,
        };
        crossings.push((pair.from, crossing));
    }
    let mut crossings: Vec<Crossing> = crossings.into_iter().map(|(_, c)| c).collect();
    crossings.sort_by_key(|crossing| (crossing.row, crossing.from));
    crossings
}

/// 图的文字版：一行一行往下，同一行里先说发出的一边。
fn tell(
    chart: &Chart,
    events: &[Event<'_>],
    rows: &[usize],
    waits: &BTreeMap<Id, Id>,
    pairs: &[Pair],
) -> Vec<String> {
    let mut lines: Vec<((usize, bool, usize), String)> = Vec::new();
    for (id, event) in events.iter().enumerate() {
        let Some((name, result)) = label(event.call) else {
            continue;
        };
        let who = chart.lanes[event.lane].title;
        let got: Vec<&Pair> = pairs.iter().filter(|pair| pair.to == id).collect();
        let sent = pairs.iter().any(|pair| pair.from == id);
        let returned = match event.call {
            Call::Accept { fd } => format!("返回新的描述符 {fd}"),
            Call::Receive { data, .. } if got.iter().any(|pair| pair.what == What::End) => {
                format!("返回 {}：对端不再发送", data.len())
            }
            Call::Receive { data, .. } => format!("得到 {}", bytes_label(data)),
            _ => String::new(),
        };
        if waits.contains_key(&id) {
            let from = format!("{who}调用 {name}，等待。");
            lines.push(((rows[start(id)], false, event.lane), from));
            let back = format!("{who}的 {name} {returned}。");
            lines.push(((rows[end(id)], true, event.lane), back));
            continue;
        }
        let text = match event.call {
            Call::Input { line } if line.is_empty() => format!("{who}等到键盘上按了回车。"),
            Call::Input { line } => format!("{who}等到键盘上输入了 {line}。"),
            Call::Exit => format!("{who}的程序退出。"),
            Call::Socket { fd, .. } => format!("{who}调用 socket，得到描述符 {fd}。"),
            Call::Bind { port, .. } => format!("{who}调用 bind，绑定端口 {port}。"),
            Call::Connect { polled, .. } => {
                let how = if *polled {
                    "（非阻塞，再用 poll 等它连好）"
                } else {
                    ""
                };
                let sent = if sent {
                    "连接请求到达对端的内核，"
                } else {
                    ""
                };
                format!("{who}调用 connect{how}，{sent}连上了。")
            }
            Call::Send { name, data, .. } => {
                format!("{who}调用 {name}，发出 {}。", bytes_label(data))
            }
            Call::Accept { .. } => format!("{who}调用 accept，从积压队列取出连接，{returned}。"),
            Call::Receive { data, .. } if data.is_empty() => {
                format!("{who}调用 {name}，{returned}。")
            }
            Call::Receive { .. } => format!("{who}调用 {name}，从接收缓冲区{returned}。"),
            Call::Close { fd } | Call::Shutdown { fd } => {
                let name = name.split(' ').next().unwrap_or_default();
                let fin = if sent { "，内核发出 FIN" } else { "" };
                format!("{who}调用 {name}，关闭描述符 {fd}{fin}。")
            }
            Call::Failed { .. } => format!("{who}的 {name} 失败：{result}。"),
            _ => format!("{who}调用 {name}。"),
        };
        lines.push(((rows[start(id)], false, event.lane), text));
    }
    lines.sort();
    lines.into_iter().map(|(_, text)| text).collect()
}
