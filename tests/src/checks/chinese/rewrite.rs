//! 一段中文该怎样写：autocorrect 管中英文之间的空格，这里再管标点、引号、括号和多余的空格。纯函数。
//!
//! 每条规则都是一次改写；写得对的，改写前后一样。

use similar::{DiffOp, TextDiff};

/// 写在中文里的全角标点；前后没有空格。
const FULL: &str = "，。；：！？、（）《》";

/// 话写在哪里：程序里的注释和打印的话，会用空格对齐，用引号写别的语言。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// 正文。
    InProse,
    /// 程序。
    InProgram,
}

/// 该怎样写。
#[must_use]
pub fn corrected(text: &str, written: Written) -> String {
    let spaced = spaced(text, written);
    let mut chars: Vec<char> = dots(&spaced).chars().collect();
    brackets(&mut chars);
    signs(&mut chars);
    if written == Written::InProgram {
        return chars.into_iter().collect();
    }
    quotes(&mut chars);
    without_needless_spaces(&chars)
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '〇')
}

/// 汉字，或者只在中文里用的标点。
fn is_chinese(c: char) -> bool {
    is_han(c) || FULL.contains(c) || "“”…".contains(c)
}

/// autocorrect 的改写；它有时把数字旁边的全角标点改成半角，那些不听它的。
fn spaced(text: &str, written: Written) -> String {
    let formatted = autocorrect::format(text);
    let diff = TextDiff::from_chars(text, &formatted);
    let old: Vec<char> = text.chars().collect();
    let new: Vec<char> = formatted.chars().collect();
    let mut result = String::new();
    for op in diff.ops() {
        let kept = &old[op.old_range()];
        let punctuation = !kept.is_empty() && kept.iter().all(|c| FULL.contains(*c));
        let aligned = written == Written::InProgram && kept.iter().all(|c| *c == ' ');
        let deleted = op.new_range().is_empty() && aligned;
        if matches!(op, DiffOp::Equal { .. }) || punctuation || deleted {
            result.extend(kept);
        } else {
            result.extend(&new[op.new_range()]);
        }
    }
    result
}

/// 省略号是两个三点。
fn dots(text: &str) -> String {
    let mut result = text.replace("。。。", "……").replace("。。", "……");
    let mut from = 0;
    while let Some(at) = result[from..].find("...").map(|at| from + at) {
        let beside = [
            result[..at].chars().next_back(),
            result[at + 3..].chars().next(),
        ];
        if beside.into_iter().flatten().any(is_chinese) {
            result.replace_range(at..at + 3, "……");
        }
        from = at + 3;
    }
    result
}

/// 引号是 “”。
fn quotes(chars: &mut [char]) {
    for c in chars.iter_mut() {
        match *c {
            '「' | '『' => *c = '“',
            '」' | '』' => *c = '”',
            _ => {}
        }
    }
    let straight: Vec<usize> = (0..chars.len()).filter(|&at| chars[at] == '"').collect();
    for pair in straight.chunks_exact(2) {
        let (open, close) = (pair[0], pair[1]);
        let before = open.checked_sub(1).map(|at| chars[at]);
        let after = chars.get(close + 1).copied();
        let beside = [before, after].into_iter().flatten().any(is_chinese);
        if beside || chars[open..close].iter().copied().any(is_han) {
            chars[open] = '“';
            chars[close] = '”';
        }
    }
}

/// 里面或紧挨着有汉字的括号是全角的；`read()`、`1-(1)` 里的不是。
fn brackets(chars: &mut [char]) {
    let mut open = Vec::new();
    for at in 0..chars.len() {
        match chars[at] {
            '(' | '（' => open.push(at),
            ')' | '）' => {
                let Some(start) = open.pop() else { continue };
                let before = chars[..start].iter().rev().find(|c| **c != ' ');
                let inner = &chars[start + 1..at];
                let mixed = (chars[start] == '(') != (chars[at] == ')');
                if mixed || before.copied().is_some_and(is_han) || inner.iter().copied().any(is_han)
                {
                    chars[start] = '（';
                    chars[at] = '）';
                }
            }
            _ => {}
        }
    }
}

/// 汉字旁边的标点是全角的。数字后面的冒号不算：`127.0.0.1:端口`。
fn signs(chars: &mut [char]) {
    for at in 0..chars.len() {
        let full = match chars[at] {
            ',' => '，',
            ';' => '；',
            ':' => '：',
            '?' => '？',
            '!' => '！',
            '.' => '。',
            _ => continue,
        };
        let before = at.checked_sub(1).map(|at| chars[at]);
        let after = chars.get(at + 1).copied();
        // 只看汉字：“Hello World!”，里的感叹号是英文的。
        let han_before = before.is_some_and(is_han);
        let han_after = after.is_some_and(is_han);
        let wrong = match full {
            // `名字.toml` 里的点不是句号。
            '。' => han_before && after.is_none_or(|c| is_chinese(c) || c == ' '),
            '：' => han_before || (han_after && before.is_some_and(|c| c.is_ascii_alphabetic())),
            // `!=`、`?` 运算符这样的，后面不会是汉字。
            _ => han_before || (han_after && before.is_some_and(|c| c.is_ascii_alphanumeric())),
        };
        if wrong {
            chars[at] = full;
        }
    }
}

/// 汉字之间、全角标点前后没有空格。“第 3 章 地址族”里的是编号后面的空格。
fn without_needless_spaces(chars: &[char]) -> String {
    let mut result = String::new();
    for (at, &c) in chars.iter().enumerate() {
        if c == ' ' {
            let before = chars[..at].iter().rev().find(|c| **c != ' ').copied();
            let after = chars[at..].iter().find(|c| **c != ' ').copied();
            let (Some(before), Some(after)) = (before, after) else {
                result.push(c);
                continue;
            };
            let numbered = matches!(before, '章' | '节') && chars[0] == '第';
            let joined = is_han(before) && is_han(after) && !numbered;
            if FULL.contains(before) || FULL.contains(after) || joined {
                continue;
            }
        }
        result.push(c);
    }
    result
}
