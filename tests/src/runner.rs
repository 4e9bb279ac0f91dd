//! 照会话文件一步步执行，得到每个终端的录音；再与旁边的录音比较。

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::ports::PortMap;
use crate::procnet;
use crate::programs::{Programs, TRACE_FOLDER};
use crate::session::{Action, Session, Step, Until};
use crate::terminal::{Setup, Terminal};
use crate::vary;

/// 一次运行的环境。
#[derive(Debug)]
pub struct Stage<'a> {
    /// 仓库的根目录，会话文件的路径相对于它。
    pub root: &'a Path,
    /// 构建好的程序。
    pub programs: &'a Programs,
    /// 各次运行的文件夹建在这里，用完删掉。
    pub scratch: &'a Path,
    /// `cargo` 是哪一个。
    pub cargo: Cargo,
}

/// 会话里的 `cargo run` 由谁来做。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cargo {
    /// 直接运行构建好的程序。
    Shim,
    /// 真的 cargo；`scratch` 要在工作区里面，它会往上找到 Cargo.toml。
    Real,
}

/// 每个终端的录音。
pub type Transcripts = BTreeMap<String, String>;

/// 每个终端里依次敲的命令，各自的 strace 输出。
pub type Traces = BTreeMap<String, Vec<String>>;

/// 跑一遍会话。
///
/// # Errors
/// 有一步等不到它要的、有命令的退出状态不对、或结束时还有进程没退出，返回说明，附上各终端到那时为止的文字。
pub fn run(session: &Session, stage: &Stage<'_>) -> Result<Transcripts, String> {
    perform_all(session, stage, false).map(|(texts, _)| texts)
}

/// 在 strace 底下跑一遍会话。记录里的端口已经换回书里的。
///
/// # Errors
/// 同 [`run`]；还有记录读不出来的时候。
pub fn run_traced(session: &Session, stage: &Stage<'_>) -> Result<(Transcripts, Traces), String> {
    perform_all(session, stage, true)
}

fn perform_all(
    session: &Session,
    stage: &Stage<'_>,
    traced: bool,
) -> Result<(Transcripts, Traces), String> {
    let folder = Folder::create(stage.scratch, &session.name)?;
    let mut avoid = fs::read_to_string(stage.root.join(&session.file)).unwrap_or_default();
    for terminal in &session.terminals {
        let recorded = stage.root.join(session.transcript_file(terminal));
        avoid += &fs::read_to_string(recorded).unwrap_or_default();
    }
    // 书里的端口自己可以用，不必避开。
    for port in &session.ports {
        avoid = crate::ports::replace_word(&avoid, &port.to_string(), "");
    }
    let ports = PortMap::reserve(session.ports.iter().copied(), &avoid)?;
    let mut terminals = BTreeMap::new();
    for name in &session.terminals {
        let mut env = environment(stage, traced, &folder.work);
        if traced {
            let dir = folder.control.join(name);
            fs::create_dir_all(&dir).map_err(|err| format!("{}：{err}", dir.display()))?;
            env.push((TRACE_FOLDER.to_owned(), dir.display().to_string()));
        }
        let setup = Setup {
            work: &folder.work,
            control: &folder.control,
            name,
            env: &env,
        };
        let terminal = Terminal::open(&setup).map_err(|err| format!("开不了终端：{err}"))?;
        terminals.insert(name.clone(), terminal);
    }

    let result = perform(session, &mut terminals, &ports);
    let texts = terminals
        .iter()
        .map(|(name, terminal)| Ok((name.clone(), ports.to_shown(&terminal.text()?))))
        .collect::<Result<Transcripts, String>>()?;
    if let Err(why) = result {
        return Err(format!("{why}\n{}", show(&texts)));
    }
    // 程序都结束了，记录才写完整。
    let mut traces = Traces::new();
    if traced {
        for name in &session.terminals {
            traces.insert(
                name.clone(),
                read_traces(&folder.control.join(name), &ports)?,
            );
        }
    }
    Ok((texts, traces))
}

/// `dir` 里的 1.trace、2.trace……；端口换回书里的。
fn read_traces(dir: &Path, ports: &PortMap) -> Result<Vec<String>, String> {
    let mut traces = Vec::new();
    loop {
        let file = dir.join(format!("{}.trace", traces.len() + 1));
        if !file.exists() {
            return Ok(traces);
        }
        let text = fs::read_to_string(&file).map_err(|err| format!("{}：{err}", file.display()))?;
        // 记录里别的数（长度、地址）可能碰巧和端口相同，只换 htons(…) 里面的。
        let parts: Vec<String> = text
            .split("htons(")
            .enumerate()
            .map(|(i, part)| match part.split_once(')') {
                Some((port, rest)) if i > 0 => format!("{}){rest}", ports.to_shown(port)),
                _ => part.to_owned(),
            })
            .collect();
        traces.push(parts.join("htons("));
    }
}

fn perform(
    session: &Session,
    terminals: &mut BTreeMap<String, Terminal>,
    ports: &PortMap,
) -> Result<(), String> {
    let deadline = Instant::now() + Duration::from_secs(session.deadline);
    for (i, step) in session.steps.iter().enumerate() {
        let Some(terminal) = terminals.get_mut(&step.terminal) else {
            continue; // Session::parse 已经保证不会
        };
        perform_step(step, terminal, ports, deadline)
            .map_err(|why| format!("第 {} 步（终端 {}）：{why}", i + 1, step.terminal))?;
    }
    for (name, terminal) in terminals {
        finish_running(terminal, deadline).map_err(|why| format!("终端 {name} 收尾：{why}"))?;
        let survivors = terminal.survivors();
        if !survivors.is_empty() {
            return Err(format!(
                "终端 {name}：会话结束了，还有进程在运行：{survivors:?}（后台命令要用 wait 等它）"
            ));
        }
    }
    Ok(())
}

fn perform_step(
    step: &Step,
    terminal: &mut Terminal,
    ports: &PortMap,
    deadline: Instant,
) -> Result<(), String> {
    match &step.action {
        Some(Action::Type(command)) => {
            finish_running(terminal, deadline)?;
            terminal.type_command(command, &ports.to_actual(command))?;
        }
        Some(Action::Send(line)) => terminal.send_line(&ports.to_actual(line))?,
        Some(Action::Key(key)) => terminal.press(*key)?,
        None => {}
    }
    match &step.until {
        None => Ok(()),
        Some(Until::Text(text)) => terminal.wait_text(&ports.to_actual(text), deadline),
        Some(Until::Listening(port)) => terminal
            .wait_outside(deadline, || procnet::is_listening(ports.actual(*port)))
            .map_err(|why| format!("等端口 {port} 就绪：{why}")),
        Some(Until::Exit(expected)) => expect_exit(terminal, *expected, deadline),
    }
}

/// 还在运行的命令要以 0 结束；每条命令的退出状态都查，没写就是 0。
fn finish_running(terminal: &mut Terminal, deadline: Instant) -> Result<(), String> {
    if terminal.unchecked() {
        expect_exit(terminal, 0, deadline)?;
    }
    Ok(())
}

fn expect_exit(terminal: &mut Terminal, expected: i32, deadline: Instant) -> Result<(), String> {
    let status = terminal.wait_exit(deadline)?;
    if status == expected {
        Ok(())
    } else {
        Err(format!("命令的退出状态：期望 {expected}，实际 {status}"))
    }
}

fn environment(stage: &Stage<'_>, traced: bool, home: &Path) -> Vec<(String, String)> {
    let path = std::env::var("PATH").unwrap_or_default();
    let mut env = vec![
        ("LC_ALL".to_owned(), "C.UTF-8".to_owned()),
        ("TERM".to_owned(), "xterm".to_owned()),
    ];
    match stage.cargo {
        Cargo::Shim => {
            let shim = if traced {
                &stage.programs.tracer
            } else {
                &stage.programs.shim
            };
            env.push(("PATH".into(), format!("{}:{path}", shim.display())));
            env.push(("HOME".into(), home.display().to_string()));
        }
        Cargo::Real => {
            env.push(("PATH".into(), path));
            for name in [
                "HOME",
                "CARGO_HOME",
                "RUSTUP_HOME",
                "RUSTUP_TOOLCHAIN",
                "RUSTFLAGS",
            ] {
                env.extend(
                    std::env::var(name)
                        .ok()
                        .map(|value| (name.to_owned(), value)),
                );
            }
            if let Some(target) = &stage.programs.target {
                env.push(("CARGO_TARGET_DIR".into(), target.display().to_string()));
            }
        }
    }
    env
}

/// 一次运行的文件夹，丢弃时删掉。
struct Folder {
    root: PathBuf,
    work: PathBuf,
    control: PathBuf,
}

impl Folder {
    fn create(scratch: &Path, session: &str) -> Result<Self, String> {
        use std::sync::atomic::{AtomicU32, Ordering};
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!(
            "{}-{}-{}",
            session.replace('/', "-"),
            std::process::id(),
            NEXT.fetch_add(1, Ordering::Relaxed)
        );
        let root = scratch.join("run").join(name);
        let folder = Self {
            work: root.join("work"),
            control: root.join("control"),
            root,
        };
        for dir in [&folder.work, &folder.control] {
            fs::create_dir_all(dir).map_err(|err| format!("{}：{err}", dir.display()))?;
        }
        Ok(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // 删不掉只是留下一点垃圾，不影响结果。
        drop(fs::remove_dir_all(&self.root));
    }
}

/// 旁边的录音。
///
/// # Errors
/// 有终端还没有录音、或读不了时，返回一句说明。
pub fn recorded(session: &Session, root: &Path) -> Result<Transcripts, String> {
    let read = |terminal: &String| {
        let file = session.transcript_file(terminal);
        match fs::read_to_string(root.join(&file)) {
            Ok(text) => Ok((terminal.clone(), text)),
            Err(err) => Err(format!("{}：还没有录音：{err}", file.display())),
        }
    };
    session.terminals.iter().map(read).collect()
}

/// 跑一遍会话，与旁边的录音比较；`overwrite` 时，有一个终端不再符合就全部改写：一个会话的录音要来自同一次运行。
///
/// # Errors
/// 跑不下去、录音缺失或不符时，返回说明：看哪个文件，差在哪里，怎样重录。
pub fn check(session: &Session, stage: &Stage<'_>, overwrite: bool) -> Result<(), String> {
    let advice = format!(
        "会话文件：{}\n重录：SNAPSHOTS=overwrite cargo test --test book session::{}",
        session.file.display(),
        session.name
    );
    let actual = run(session, stage).map_err(|why| format!("{why}\n{advice}"))?;
    let recorded = recorded(session, stage.root);
    let problems = match &recorded {
        Ok(recorded) => differences(session, recorded, &actual),
        Err(why) => format!("{why}\n"),
    };
    if problems.is_empty() {
        return Ok(());
    }
    if !overwrite {
        return Err(format!(
            "{problems}\n这次的录音：\n{}{advice}",
            show(&actual)
        ));
    }
    // 新录音也要符合声明，否则写下去只会让下一次失败。
    vary::consistent(&actual, &session.vary)
        .map_err(|why| format!("{why}\n这次的录音：\n{}{advice}", show(&actual)))?;
    for (terminal, text) in &actual {
        let file = session.transcript_file(terminal);
        fs::write(stage.root.join(&file), text)
            .map_err(|err| format!("{}：{err}", file.display()))?;
    }
    Ok(())
}

/// 各个终端的差异，每个一段；没有就是空的。
fn differences(session: &Session, recorded: &Transcripts, actual: &Transcripts) -> String {
    let mut problems = String::new();
    for terminal in &session.terminals {
        let [recorded, actual] = [recorded, actual]
            .map(|texts| texts.get(terminal).map(String::as_str).unwrap_or_default());
        if let Err(why) = vary::compare(terminal, recorded, actual, &session.vary) {
            let file = session.transcript_file(terminal);
            problems.push_str(&format!("{}:1\n{why}\n", file.display()));
        }
    }
    if problems.is_empty() {
        for (which, texts) in [("录音", recorded), ("这次", actual)] {
            if let Err(why) = vary::consistent(texts, &session.vary) {
                problems.push_str(&format!("{}:1\n{which}：{why}\n", session.file.display()));
            }
        }
    }
    problems
}

fn show(texts: &Transcripts) -> String {
    let mut shown = String::new();
    for (name, text) in texts {
        shown.push_str(&format!("──── 终端 {name} ────\n{text}"));
        if !text.ends_with('\n') {
            shown.push('\n');
        }
    }
    shown
}
