//! 会话靠得住，录音里没有这台机器：不靠等几秒，不用读者没有的命令，端口都声明了，没有本机的路径和 panic。

use std::fs;

use super::markdown::is_conflict;
use crate::book::Book;
use crate::book::shell::{self, Simple};
use crate::finding::Finding;
use crate::session::Session;
use crate::usage::{Param, Usage};

/// 会话里可以用的命令：shell 自己的、coreutils、grep，和书里讲的。别的读者不一定有。
const COMMANDS: [&str; 34] = [
    ":", "[", "cargo", "strace", "cat", "cd", "chmod", "cmp", "cp", "cut", "date", "echo", "false",
    "grep", "head", "kill", "ln", "ls", "mkdir", "mv", "od", "printf", "rm", "seq", "sort", "stat",
    "tail", "tee", "test", "touch", "tr", "true", "wait", "wc",
];

/// 录音里的这些，换一台机器就不一样。
const MACHINE: [&str; 5] = ["/home/", "/root/", "/tmp/", "/target/", "/Users/"];

/// 检查每个会话和每份录音。
#[must_use]
pub fn check(book: &Book) -> Vec<Finding> {
    let mut findings = Vec::new();
    let labels = fs::read_to_string(book.root.join("theme/ui.js")).ok();
    for session in &book.sessions {
        for terminal in &session.terminals {
            let labelled = |script: &String| script.contains(&format!("{terminal}: '"));
            if labels.as_ref().is_some_and(|script| !labelled(script)) {
                findings.push(Finding::new(
                    &session.file,
                    1,
                    "theme/ui.js 的 terminalName 里有这个终端的中文名",
                    terminal.clone(),
                ));
            }
        }
        let text = fs::read_to_string(book.root.join(&session.file)).unwrap_or_default();
        let typed = (1..).zip(text.lines());
        let mut typed = typed.filter(|(_, line)| line.starts_with("type"));
        for command in session.commands() {
            let line = typed.next().map_or(1, |(number, _)| number);
            let mut add = |expected: &str, actual: String| {
                findings.push(Finding::new(&session.file, line, expected, actual));
            };
            if untidy(command) {
                add(
                    "前后没有空格，词之间一个空格：读者会照抄",
                    format!("{command:?}"),
                );
            }
            for simple in shell::split(command) {
                let name = simple.command().first();
                if let Some(name) = name.filter(|name| !COMMANDS.contains(&name.as_str())) {
                    add(
                        "命令列在 COMMANDS 里（不用 sleep：等到某件事）",
                        name.clone(),
                    );
                }
                for port in undeclared_ports(book, session, &simple) {
                    add("端口写进 ports，或者等到它 listening", port);
                }
            }
        }
    }
    for file in &book.transcripts {
        let text = fs::read_to_string(book.root.join(file)).unwrap_or_default();
        for (number, line) in (1..).zip(text.lines()) {
            if let Some(part) = MACHINE.iter().find(|part| line.contains(**part)) {
                findings.push(Finding::new(
                    file,
                    number,
                    format!("录音里没有 {part} 这样的路径：别的机器上不一样"),
                    line,
                ));
            }
            if line.contains("panicked at") {
                findings.push(Finding::new(file, number, "程序不 panic", line));
            }
            if is_conflict(line) {
                findings.push(Finding::new(file, number, "合并完了的录音", line));
            }
        }
    }
    findings
}

/// 引号外面有多余的空格。
fn untidy(command: &str) -> bool {
    let mut quote = None;
    let mut before = ' ';
    for c in command.chars() {
        match quote {
            Some(open) if open == c => quote = None,
            Some(_) => {}
            None if c == '\'' || c == '"' => quote = Some(c),
            None if c == ' ' && before == ' ' => return true,
            None => {}
        }
        before = c;
    }
    command.ends_with(' ')
}

/// 程序的用法里说是端口、会话却没有声明的参数。故意写错的（99999）不是端口。
fn undeclared_ports(book: &Book, session: &Session, simple: &Simple) -> Vec<String> {
    let mut found = Vec::new();
    for words in simple.runs() {
        let [cargo, run, quiet, bin, name, args @ ..] = words else {
            continue;
        };
        if [cargo, run, quiet, bin] != ["cargo", "run", "-q", "--bin"] {
            continue;
        }
        let usage = book.program(name).and_then(|program| {
            let strings = program.source.strings.iter();
            let mut usages = strings.filter_map(|span| Usage::parse(name, &span.text).ok());
            usages.next()
        });
        let args = args.iter().filter(|arg| *arg != "--");
        for (param, arg) in usage.iter().flat_map(Usage::params).zip(args) {
            let port = arg.parse::<u16>().ok().filter(|port| *port != 0);
            if *param == Param::Port && port.is_some_and(|port| !session.ports.contains(&port)) {
                found.push(arg.clone());
            }
        }
    }
    found
}
