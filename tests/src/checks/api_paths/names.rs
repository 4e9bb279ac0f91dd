//! 没有 `::` 的名字：常量、类型、带下划线的函数和程序名。拼错了、改名了，读者就找不到。纯函数。

use std::collections::BTreeSet;

use super::paths::is_word;
use crate::book::Book;
use crate::book::rust::Source;

/// 一段行内代码里要核对的名字：`SOCK_STREAM`、`TcpListener`、`tcp_server`。路径里的不算。
#[must_use]
pub fn in_code(code: &str) -> Vec<String> {
    let blanked = Source::parse(code).code;
    words(&blanked)
        .filter(|(at, word)| {
            let path =
                blanked[..*at].ends_with("::") || blanked[at + word.len()..].starts_with("::");
            // `Hello World!` 里的不是类型，`GET / HTTP/1.1` 里的不是常量：不够像的，要自己成一段才算。
            let alone = code.trim() == *word;
            // `AF_` 是开头，`_std` 是结尾，都不是名字。
            let part = word.starts_with('_') || word.ends_with('_');
            let constant = is_constant(word) && (alone || is_plain_constant(word));
            !path && !part && (constant || is_snake(word) || is_type(word, alone))
        })
        .map(|(_, word)| word.to_owned())
        .collect()
}

/// 正文里要核对的名字：一眼就看得出是常量的，`SO_REUSEADDR`、`SIGPIPE`、`EINTR`。
#[must_use]
pub fn in_text(text: &str) -> Vec<String> {
    words(text)
        .map(|(_, word)| word)
        .filter(|word| is_constant(word) && !word.ends_with('_') && is_plain_constant(word))
        .map(str::to_owned)
        .collect()
}

/// 可能是 libc 或 std 里的哪些路径；有一个存在就行。
#[must_use]
pub fn candidates(name: &str) -> Vec<String> {
    let roots: &[&str] = if is_type(name, true) {
        &["", "libc::", "io::", "io::ErrorKind::"]
    } else {
        &["libc::", ""]
    };
    roots.iter().map(|root| format!("{root}{name}")).collect()
}

/// 书里真的有的词：程序的代码和字符串、会话里敲的、录下来的，还有程序和会话的名字。
#[must_use]
pub fn vocabulary(book: &Book) -> BTreeSet<String> {
    let mut known = BTreeSet::new();
    let mut add = |text: &str| known.extend(words(text).map(|(_, word)| word.to_owned()));
    for program in &book.programs {
        add(&program.name);
        add(&program.source.code);
        for string in &program.source.strings {
            add(&string.text);
        }
    }
    for session in &book.sessions {
        add(&session.name);
        session.commands().for_each(&mut add);
    }
    add(&book.all_transcripts());
    known
}

/// 字母、数字、下划线连成的词，和它的位置。
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.char_indices()
        .filter(|&(at, c)| is_word(c) && !text[..at].ends_with(is_word))
        .map(|(at, _)| {
            let rest = &text[at..];
            let end = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
            (at, &rest[..end])
        })
}

/// 全是大写字母、数字、下划线，字母开头，三个字符以上。
fn is_constant(word: &str) -> bool {
    word.len() >= 3
        && word.starts_with(|c: char| c.is_ascii_uppercase())
        && !word.contains(|c: char| c.is_ascii_lowercase())
}

/// 一眼就看得出是常量：有下划线，或者是信号、错误的名字。
fn is_plain_constant(word: &str) -> bool {
    let letters = |rest: &str| rest.len() >= 3 && rest.chars().all(|c| c.is_ascii_uppercase());
    word.contains('_')
        || word.strip_prefix("SIG").is_some_and(letters)
        || word.strip_prefix('E').is_some_and(letters)
}

/// 小写，带下划线。
fn is_snake(word: &str) -> bool {
    word.contains('_')
        && word.contains(|c: char| c.is_ascii_lowercase())
        && !word.contains(|c: char| c.is_ascii_uppercase())
}

/// 大写开头，有小写：`alone` 时一个大写字母就够，否则要两个（`TcpStream`）。
fn is_type(word: &str, alone: bool) -> bool {
    let capitals = word.chars().filter(char::is_ascii_uppercase).count();
    word.starts_with(|c: char| c.is_ascii_uppercase())
        && word.contains(|c: char| c.is_ascii_lowercase())
        && !word.contains('_')
        && (alone || capitals > 1)
}
