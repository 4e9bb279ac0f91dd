//! 样式表里写到的地址。纯函数。

/// 一个地址，和它在哪一行（从 1 数起）。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// 行号。
    pub line: usize,
    /// 地址，去掉了引号。
    pub url: String,
}

/// `url(…)` 和 `@import` 里的全部地址；注释里的不算，`data:` 和 `#…` 不用去取，也不算。
#[must_use]
pub fn addresses(css: &str) -> Vec<Address> {
    let css = without_comments(css);
    let lower = css.to_ascii_lowercase();
    let mut found = Vec::new();
    let mut add = |at: usize, url: &str| {
        let url = url.trim();
        if !(url.is_empty()
            || url.starts_with('#')
            || url.to_ascii_lowercase().starts_with("data:"))
        {
            found.push(Address {
                line: css[..at].matches('\n').count() + 1,
                url: url.to_owned(),
            });
        }
    };
    for (at, open) in lower.match_indices("url(") {
        let rest = css[at + open.len()..].trim_start();
        add(at, quoted(rest).unwrap_or_else(|| until(rest, ')')));
    }
    for (at, keyword) in lower.match_indices("@import") {
        if let Some(url) = quoted(css[at + keyword.len()..].trim_start()) {
            add(at, url);
        }
    }
    found.sort_by_key(|address| address.line);
    found
}

/// 引号里的内容；不是引号开头就没有。
fn quoted(text: &str) -> Option<&str> {
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    Some(until(&text[1..], quote))
}

fn until(text: &str, end: char) -> &str {
    text.split(end).next().unwrap_or_default()
}

/// 去掉 `/* … */`，行数不变。
fn without_comments(css: &str) -> String {
    let mut kept = String::new();
    let mut rest = css;
    while let Some((before, after)) = rest.split_once("/*") {
        kept.push_str(before);
        let (comment, after) = after.split_once("*/").unwrap_or((after, ""));
        kept.extend(comment.chars().filter(|c| *c == '\n'));
        rest = after;
    }
    kept.push_str(rest);
    kept
}
