//! `theme/index.hbs` 是 mdBook 自带的模板加上 `theme/index.toml` 里写明的替换，别的什么都没有改；
//! `theme/css/general.css` 是 mdBook 自带的几份样式接在一起，一个字也没有改。
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
/// 接在一起的样式：一页要取的文件少几个。
pub const STYLES: &str = "theme/css/general.css";
/// 接的是哪几份，按模板里的次序；打印用的那份在 [`join`] 里。
const PARTS: [&str; 3] = ["variables", "general", "chrome"];

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

/// mdBook 自带的模板和样式。
#[derive(Debug, Clone)]
pub struct Upstream {
    /// `index.hbs`。
    pub template: String,
    /// 接好的样式。
    pub styles: String,
}

/// mdBook 自带的模板和样式：让它在 `scratch` 里新建一本书，从里面取。
///
/// # Errors
/// 建不了、或里面没有那些文件时，返回一句说明。
pub fn upstream(scratch: &Path) -> Result<Upstream, String> {
    let folder = scratch.join(format!("template-{}", std::process::id()));
    let read = |file: &str| {
        let file = folder.join("theme").join(file);
        fs::read_to_string(&file).map_err(|err| format!("{}：{err}", file.display()))
    };
    let result = MDBook::init(&folder)
        .copy_theme(true)
        .build()
        .map_err(|err| format!("mdBook 建不了新书：{err:#}"))
        .and_then(|_| {
            let parts: Result<Vec<_>, _> = PARTS
                .iter()
                .map(|part| read(&format!("css/{part}.css")))
                .collect();
            Ok(Upstream {
                template: read("index.hbs")?,
                styles: join(&parts?, &read("css/print.css")?),
            })
        });
    // 留下的只是垃圾，删不掉不影响结果。
    drop(fs::remove_dir_all(&folder));
    result
}

/// 把几份样式接成一份；打印用的只在打印时生效。
#[must_use]
pub fn join(parts: &[String], print: &str) -> String {
    format!(
        "/* mdBook 自带的几份样式接在一起，由 check::template 生成，不要手改。自己的写在 ../book.css。 */\n{}@media print {{\n{print}}}\n",
        parts.concat()
    )
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

/// 核对 `root` 里的模板和样式；`overwrite` 时重新生成。
///
/// # Errors
/// 上游的文件取不到、清单读不到、或写不下去时，返回一句说明。
pub fn check(root: &Path, scratch: &Path, overwrite: bool) -> Result<Vec<Finding>, String> {
    let read =
        |file: &str| fs::read_to_string(root.join(file)).map_err(|err| format!("{file}：{err}"));
    let upstream = upstream(scratch)?;
    let template = match apply(&upstream.template, &read(LIST)?) {
        Ok(template) => template,
        Err(findings) => return Ok(findings),
    };
    let mut findings = Vec::new();
    for (file, expected, what) in [
        (
            TEMPLATE,
            template,
            format!("上游的模板加上 {LIST} 里的替换"),
        ),
        (STYLES, upstream.styles, "上游的几份样式接在一起".to_owned()),
    ] {
        if overwrite {
            let path = root.join(file);
            path.parent()
                .map_or(Ok(()), fs::create_dir_all)
                .and_then(|()| fs::write(&path, &expected))
                .map_err(|err| format!("{file}：{err}"))?;
        }
        let actual = read(file)?;
        if actual != expected {
            let diff = vary::diff(&expected, &actual);
            findings.push(Finding::new(file, 1, what, format!("不同：\n{diff}")));
        }
    }
    Ok(findings)
}
