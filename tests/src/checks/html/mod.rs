//! 生成的 HTML：链接、锚点、图片都通，没有外部资源，没有漏出来的标记。

pub mod css;
mod document;
mod links;
mod place;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use mdbook_driver::MDBook;
use mdbook_driver::config::Config;

use crate::book::Book;
use crate::finding::Finding;
use document::Document;
use links::Site;
use place::{Place, source_of_css};

/// 自己的脚本里可以写的网址，和原因。
const ADDRESSES: [(&str, &str); 1] = [(
    "https://play.rust-lang.org/evaluate.json",
    "读者点了 ▶，才把程序送去",
)];

/// 用 mdBook 把书生成到 `output`，只生成 HTML：链接检查器装没装都一样。
///
/// # Errors
/// book.toml 读不懂、或 mdBook 生成失败时，返回一句说明。
pub fn render(root: &Path, output: &Path) -> Result<(), String> {
    let file = root.join("book.toml");
    let text = fs::read_to_string(&file).map_err(|err| format!("{}：{err}", file.display()))?;
    let mut table: toml::Table = text
        .parse()
        .map_err(|err| format!("{}：{err}", file.display()))?;
    if let Some(toml::Value::Table(outputs)) = table.get_mut("output") {
        outputs.retain(|name, _| name == "html");
    }
    let mut config = Config::from_str(&table.to_string()).map_err(|err| format!("{err:#}"))?;
    config.build.build_dir = output.to_owned();
    MDBook::load_with_config(root, config)
        .and_then(|book| book.build())
        .map_err(|err| format!("mdbook 生成失败：{err:#}"))
}

/// 检查生成在 `output` 里的 HTML。
///
/// # Errors
/// 生成的文件读不了时，返回一句说明。
pub fn check(book: &Book, output: &Path) -> Result<Vec<Finding>, String> {
    let mut documents = BTreeMap::new();
    let mut sheets = Vec::new();
    for file in files(output)? {
        let name = file.strip_prefix(output).unwrap_or(&file).to_owned();
        match file.extension().and_then(|ext| ext.to_str()) {
            Some("html") => {
                documents.insert(name, Document::parse(&read(&file)?));
            }
            Some("css") => sheets.push((name, read(&file)?)),
            _ => {}
        }
    }
    let ids = documents.iter().map(|(name, document)| {
        let ids = document.ids.iter().map(String::as_str).collect();
        (name.as_path(), ids)
    });
    let site = Site {
        output,
        ids: ids.collect(),
    };
    let mut findings = scripts(book)?;
    for (name, css) in &sheets {
        for address in css::addresses(css) {
            let problem = site.resource(&address.url, name);
            findings.extend(problem.map(|problem| {
                let expected = "样式表只取这个网站里的文件";
                Finding::new(source_of_css(book, name), address.line, expected, problem)
            }));
        }
    }
    for (name, document) in &documents {
        findings.extend(check_document(book, &site, name, document));
    }
    // 每一页都有的那部分，每一页都会报一次。
    findings.sort();
    findings.dedup();
    Ok(findings)
}

fn check_document(book: &Book, site: &Site<'_>, name: &Path, document: &Document) -> Vec<Finding> {
    let place = Place::of(book, name);
    let mut findings = drawn(&place, document);
    // 这几页是别的页拼出来或抄来的，毛病会在原来的页报出来。
    let copied = ["print.html", "toc.html"]
        .iter()
        .any(|copy| name == Path::new(copy))
        || (name == Path::new("index.html") && place.page.is_none());
    if copied {
        return findings;
    }
    findings.extend(leaked(&place, document));
    for prose in place.page.iter().flat_map(|page| &page.prose) {
        if prose.text.contains("**") {
            let expected = "** 都变成了粗体（紧挨着标点的 ** 不算：写成 **词**（说明））";
            findings.push(Finding::new(
                &place.file,
                prose.line,
                expected,
                prose.restore(&prose.text),
            ));
        }
    }
    let mut seen = BTreeSet::new();
    for id in &document.ids {
        if !seen.insert(id) && !document.drawn_ids.contains(id) {
            findings.extend(repeated(&place, id));
        }
    }
    for found in &document.forbidden {
        findings.extend(place.tag(&found.tag, &found.needle, &found.expected, &found.actual));
    }
    for line in &document.fetching {
        findings.push(place.words(line, "行内脚本不去取东西", line));
    }
    for src in &document.without_alt {
        findings.extend(place.address(src, "图片有 alt，说出图里是什么", "没有"));
    }
    for url in &document.resources {
        if let Some(problem) = site.resource(url, name) {
            findings.extend(place.address(url, "只取自己的文件，而且取得到", &problem));
        }
    }
    for url in &document.links {
        if let Some(problem) = site.link(url, name) {
            findings.extend(place.address(url, "通的链接", &problem));
        }
    }
    findings
}

/// 漏到读者眼前的标记和引用：Markdown 里有的，说出是哪一行；从别处带来的合成一句。
fn leaked(place: &Place<'_>, document: &Document) -> Vec<Finding> {
    let expected = "标记和引用不出现在 HTML 里";
    let mut findings = Vec::new();
    let mut brought = Vec::new();
    let lines = document.text.lines().map(str::trim);
    for line in lines.filter(|line| line.contains("ANCHOR") || line.contains("{{#")) {
        if place.page.is_some_and(|page| page.text.contains(line)) {
            findings.push(place.words(line, expected, line));
        } else {
            brought.push(line);
        }
    }
    if !brought.is_empty() {
        findings.push(place.words("ANCHOR", expected, &brought.join("；")));
    }
    findings
}

/// 重复的 id：写明了它的每一行各报一次；没有一行写明，就是两个标题同名。
fn repeated(place: &Place<'_>, id: &str) -> Vec<Finding> {
    let actual = format!("不止一处 id=\"{id}\"");
    let text = place.page.map_or("", |page| &page.text);
    let written = [format!("id=\"{id}\""), format!("{{#{id}}}")];
    let found: Vec<Finding> = (1..)
        .zip(text.lines())
        .filter(|(_, line)| written.iter().any(|written| line.contains(written)))
        .map(|(line, _)| Finding::new(&place.file, line, "一页里的 id 不重复", &actual))
        .collect();
    if found.is_empty() {
        return vec![place.words(id, "一页里的 id 不重复", &actual)];
    }
    found
}

/// 图：id 不重复，说明指得到，图框里真的有图。
fn drawn(place: &Place<'_>, document: &Document) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut ids = BTreeSet::new();
    for id in document.drawn_ids.iter().filter(|id| !ids.insert(*id)) {
        findings.push(place.words(id, "图里的 id 不重复", id));
    }
    for id in document.labels.iter().flat_map(|ids| ids.split(' ')) {
        if !document.ids.iter().any(|known| known == id) {
            findings.push(place.words(id, "aria-labelledby 指向这一页里的 id", id));
        }
    }
    let [figures, drawn] = document.drawings;
    if figures != drawn {
        findings.push(place.words(
            "class=\"drawing\"",
            "每个图框里有一幅带标题和说明的图",
            &format!("{figures} 个图框，{drawn} 幅图"),
        ));
    }
    findings
}

/// 自己的脚本（theme/*.js）里写到的网址；注释里的不算。
fn scripts(book: &Book) -> Result<Vec<Finding>, String> {
    let folder = book.root.join("theme");
    let mut findings = Vec::new();
    let found = if folder.is_dir() {
        files(&folder)?
    } else {
        Vec::new()
    };
    for file in found {
        if file.extension().is_none_or(|extension| extension != "js") {
            continue;
        }
        let name = file.strip_prefix(&book.root).unwrap_or(&file);
        for (number, line) in (1..).zip(read(&file)?.lines()) {
            let code = line.trim_start();
            if code.starts_with("//") || code.starts_with("/*") || code.starts_with('*') {
                continue;
            }
            for scheme in ["https://", "http://", "wss://", "ws://"] {
                for (at, _) in code.match_indices(scheme) {
                    let url = code[at..].split(['\'', '"', '`', ' ', ')']).next();
                    let url = url.unwrap_or_default();
                    if !ADDRESSES.iter().any(|(known, _)| *known == url) {
                        let expected = "脚本里的网址列在 ADDRESSES 里，附上原因";
                        findings.push(Finding::new(name, number, expected, url));
                    }
                }
            }
        }
    }
    Ok(findings)
}

fn files(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries =
            fs::read_dir(&folder).map_err(|err| format!("{}：{err}", folder.display()))?;
        for entry in entries {
            let path = entry
                .map_err(|err| format!("{}：{err}", folder.display()))?
                .path();
            if path.is_dir() {
                folders.push(path)
            } else {
                found.push(path)
            }
        }
    }
    Ok(found)
}

fn read(file: &Path) -> Result<String, String> {
    fs::read_to_string(file).map_err(|err| format!("{}：{err}", file.display()))
}
