//! 一段行内代码里的路径：`a::b`，不论在开头、在参数里、在泛型里，还是在花括号里。纯函数。

use std::net::Ipv6Addr;

use crate::book::rust::Source;

/// 里面的全部路径，至少两段，去掉泛型和参数；宏带着 `!`。字符串、注释、IPv6 地址里的不算。
#[must_use]
pub fn of(code: &str) -> Vec<String> {
    let mut reader = Reader {
        chars: blank_addresses(&Source::parse(code).code).chars().collect(),
        found: Vec::new(),
    };
    reader.scan(0, reader.chars.len());
    reader.found
}

/// 把 IPv6 地址换成空格：`fe80::1` 长得像路径。没有数字的（`a::b`）当成路径。
fn blank_addresses(code: &str) -> String {
    let part = |c: char| c.is_ascii_alphanumeric() || "_:.".contains(c);
    let mut result = String::new();
    let mut rest = code;
    while !rest.is_empty() {
        let end = rest.find(|c| !part(c)).unwrap_or(rest.len());
        let (token, after) = rest.split_at(end);
        let digits = token.contains(|c: char| c.is_ascii_digit());
        if digits && token.parse::<Ipv6Addr>().is_ok() {
            result.extend(token.chars().map(|_| ' '));
        } else {
            result.push_str(token);
        }
        let separators = after.find(part).unwrap_or(after.len());
        result.push_str(&after[..separators]);
        rest = &after[separators..];
    }
    result
}

struct Reader {
    chars: Vec<char>,
    found: Vec<String>,
}

/// 可以是名字里的字符。
pub(super) fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

impl Reader {
    fn at(&self, index: usize) -> char {
        self.chars.get(index).copied().unwrap_or('\0')
    }

    fn is_colons(&self, index: usize) -> bool {
        self.at(index) == ':' && self.at(index + 1) == ':'
    }

    /// 从 `start` 到 `end` 找路径。
    fn scan(&mut self, start: usize, end: usize) {
        let mut index = start;
        while index < end {
            let c = self.at(index);
            if c == '<' {
                index = self.qualified(index);
            } else if is_word(c) {
                // 数字开头的（`30::x`）也整个跳过去。
                let next = self.path(index, &[]);
                index = next.max(index + 1);
            } else {
                index += 1;
            }
        }
    }

    /// `<A as B>::m` 里的 `B::m`；不是这种写法就只跳过 `<`。
    fn qualified(&mut self, open: usize) -> usize {
        let after_word = open > 0 && is_word(self.at(open - 1));
        let Some(close) = self.matching(open).filter(|_| !after_word) else {
            return open + 1;
        };
        let inner: String = self.chars[open + 1..close].iter().collect();
        let Some((_, behind)) = inner
            .split_once(" as ")
            .filter(|_| self.is_colons(close + 1))
        else {
            return open + 1;
        };
        let name: String = behind
            .chars()
            .take_while(|c| is_word(*c) || *c == ':')
            .collect();
        self.scan(open + 1, close);
        let prefix: Vec<String> = name.split("::").map(str::to_owned).collect();
        self.path(close + 3, &prefix)
    }

    /// 从名字的第一个字符读一条路径，接在 `prefix` 后面；返回读到哪里。
    fn path(&mut self, start: usize, prefix: &[String]) -> usize {
        let mut segments = prefix.to_vec();
        let mut generics = Vec::new();
        let mut index = start;
        loop {
            let end = (index..self.chars.len())
                .find(|&at| !is_word(self.at(at)))
                .unwrap_or(self.chars.len());
            let segment: String = self.chars[index..end].iter().collect();
            let named = !segment.starts_with(|c: char| c.is_ascii_digit());
            if named && segment != "self" && !segment.is_empty() {
                segments.push(segment);
            }
            index = end;
            // 泛型：`Vec::<u8>::new`，或者紧跟着名字的 `Vec<u8>::new`。
            let open = if self.is_colons(index) {
                index + 2
            } else {
                index
            };
            if self.at(open) == '<'
                && let Some(close) = self.matching(open)
                && (open > index || self.is_colons(close + 1))
            {
                generics.push((open + 1, close));
                index = close + 1;
            }
            if !self.is_colons(index) {
                break;
            }
            let next = self.at(index + 2);
            if next == '{' {
                index = self.group(index + 3, &segments);
                segments.clear();
                break;
            }
            if !is_word(next) {
                break;
            }
            index += 2;
        }
        if segments.len() > 1 {
            let bang = self.at(index) == '!' && self.at(index + 1) != '=';
            let mark = if bang { "!" } else { "" };
            self.found.push(segments.join("::") + mark);
        }
        for (start, end) in generics {
            self.scan(start, end);
        }
        index
    }

    /// `{a, b::c}` 里的每一条，都接在 `prefix` 后面；返回花括号后面。
    fn group(&mut self, start: usize, prefix: &[String]) -> usize {
        let mut index = start;
        while index < self.chars.len() {
            match self.at(index) {
                '}' => return index + 1,
                c if is_word(c) => index = self.path(index, prefix).max(index + 1),
                _ => index += 1,
            }
        }
        index
    }

    /// 和 `<` 配对的 `>`；`->` 里的不算。
    fn matching(&self, open: usize) -> Option<usize> {
        let mut depth = 0;
        for index in open..self.chars.len() {
            match self.at(index) {
                '<' => depth += 1,
                '>' if self.at(index.saturating_sub(1)) == '-' => {}
                '>' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                return Some(index);
            }
        }
        None
    }
}
