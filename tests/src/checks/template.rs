//! `theme/index.hbs` 是 mdBook 自带的模板加上 `theme/index.toml` 里写明的替换，别的什么都没有改。
//! 升级 mdBook 以后，上游改了哪里、哪一条替换对不上，这里会说出来。

use std::fs;
use std::path::Path;

use mdbook_driver::MDBook;
use serde::Deserialize;

use crate::finding::Finding;
use crate::vary;

/// 替换的清单。
pub const LIST: &str = "theme/index.toml";
/// 替换的结果。
pub const TEMPLATE: &str = "theme/index.hbs";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    replace: Vec<Replace>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Replace {
    /// 为什么换，给人看的。
    #[serde(rename = "why")]
    _why: String,
    from: String,
    to: String,
    count: Option<usize>,
}

/// mdBook 自带的模板：让它在 `scratch` 里新建一本书，从里面取。
///
/// # Errors
/// 建不了、或里面没有模板时，返回一句说明。
pub fn upstream(scratch: &Path) -> Result<String, String> {
    let folder = scratch.join(format!("template-{}", std::process::id()));
    let result = MDBook::init(&folder)
        .copy_theme(true)
        .build()
        .map_err(|err| format!("mdBook 建不了新书：{err:#}"))
        .and_then(|_| {
            let file = folder.join(TEMPLATE);
            fs::read_to_string(&file).map_err(|err| format!("{}：{err}", file.display()))
        });
    // 留下的只是垃圾，删不掉不影响结果。
    drop(fs::remove_dir_all(&folder));
    result
}

/// 把清单里的替换逐条用上。
///
/// # Errors
/// 清单读不懂，或有一条的 `from` 出现的次数不对，返回每一处。
pub fn apply(upstream: &str, list: &str) -> Result<String, Vec<Finding>> {
    let parsed: List = toml::from_str(list).map_err(|err: toml::de::Error| {
        let start = err.span().map_or(0, |span| span.start);
        let line = list[..start].matches('\n').count() + 1;
        vec![Finding::new(LIST, line, "合法的清单", err.message())]
    })?;
    let mut findings = Vec::new();
    let mut text = upstream.to_owned();
    for replace in &parsed.replace {
        let expected = replace.count.unwrap_or(1);
        let actual = text.matches(&replace.from).count();
        if actual != expected {
            let first = replace.from.trim().lines().next().unwrap_or_default();
            let line = (1..)
                .zip(list.lines())
                .find(|(_, line)| line.contains(first))
                .map_or(1, |(number, _)| number);
            findings.push(Finding::new(
                LIST,
                line,
                format!("在上游的模板里出现 {expected} 次"),
                format!("{actual} 次：{first}"),
            ));
            continue;
        }
        text = text.replace(&replace.from, &replace.to);
    }
    if findings.is_empty() {
        Ok(text)
    } else {
        Err(findings)
    }
}

/// 核对 `root` 里的模板；`overwrite` 时按清单重新生成。
///
/// # Errors
/// 上游的模板取不到、清单读不到、或写不下去时，返回一句说明。
pub fn check(root: &Path, scratch: &Path, overwrite: bool) -> Result<Vec<Finding>, String> {
    let read =
        |file: &str| fs::read_to_string(root.join(file)).map_err(|err| format!("{file}：{err}"));
    let expected = match apply(&upstream(scratch)?, &read(LIST)?) {
        Ok(expected) => expected,
        Err(findings) => return Ok(findings),
    };
    if overwrite {
        fs::write(root.join(TEMPLATE), &expected).map_err(|err| format!("{TEMPLATE}：{err}"))?;
    }
    let actual = read(TEMPLATE)?;
    if actual == expected {
        return Ok(Vec::new());
    }
    Ok(vec![Finding::new(
        TEMPLATE,
        1,
        format!("上游的模板加上 {LIST} 里的替换"),
        format!("不同：\n{}", vary::diff(&expected, &actual)),
    )])
}
