//! 生成的 HTML：链接、锚点、图片都通，没有外部资源，没有漏出来的标记。

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use mdbook_driver::MDBook;
use mdbook_driver::config::Config;
use scraper::{Html, Selector};

use crate::book::{Book, normalize};
use crate::finding::Finding;

/// 会让浏览器去取东西的属性；取的必须是自己的文件。
const RESOURCES: [(&str, &str); 10] = [
    ("img", "src"),
    ("script", "src"),
    ("link[rel~=stylesheet]", "href"),
    ("link[rel~=icon]", "href"),
    ("link[rel~=preload]", "href"),
    ("iframe", "src"),
    ("source", "src"),
    ("video", "src"),
    ("object", "data"),
    ("image", "href"),
];

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

/// 一页 HTML 里要核对的东西。
#[derive(Default)]
struct Document {
    ids: BTreeSet<String>,
    links: Vec<String>,
    resources: Vec<String>,
    text: String,
    /// 代码以外的文字。
    prose: String,
    /// 图里的 id，重复的也在。
    drawn_ids: Vec<String>,
    /// 图的 aria-labelledby 指向的 id。
    labels: Vec<String>,
    /// 图框几个，里面真有图的几个。
    drawings: [usize; 2],
}

/// 检查生成在 `output` 里的 HTML。
///
/// # Errors
/// 生成的文件读不了时，返回一句说明。
pub fn check(book: &Book, output: &Path) -> Result<Vec<Finding>, String> {
    let mut documents = BTreeMap::new();
    let mut findings = Vec::new();
    for file in files(output)? {
        let name = file.strip_prefix(output).unwrap_or(&file).to_owned();
        match file.extension().and_then(|ext| ext.to_str()) {
            Some("html") => {
                documents.insert(name, read_document(&read(&file)?));
            }
            Some("css") => {
                findings.extend(external_urls(&read(&file)?).into_iter().map(|url| {
                    Finding::new(source_of_css(book, &name), 1, "样式表不取外部资源", url)
                }))
            }
            _ => {}
        }
    }
    for (name, document) in &documents {
        let mut ids = BTreeSet::new();
        if let Some(id) = document.drawn_ids.iter().find(|id| !ids.insert(*id)) {
            let place = Place::of(book, name);
            findings.push(place.finding(id, "图里的 id 不重复", id.as_str()));
        }
        for id in document.labels.iter().flat_map(|ids| ids.split(' ')) {
            if !document.ids.contains(id) {
                let place = Place::of(book, name);
                findings.push(place.finding(id, "aria-labelledby 指向这一页里的 id", id));
            }
        }
        let [figures, drawn] = document.drawings;
        if figures != drawn {
            let place = Place::of(book, name);
            findings.push(place.finding(
                "class=\"drawing\"",
                "每个图框里有一幅带标题和说明的图",
                format!("{figures} 个图框，{drawn} 幅图"),
            ));
        }
        // 这几页是别的页拼出来或抄来的，毛病会在原来的页报出来。
        if ["print.html", "toc.html"]
            .iter()
            .any(|copy| name == Path::new(copy))
        {
            continue;
        }
        let place = Place::of(book, name);
        if name == Path::new("index.html") && place.text.is_empty() {
            continue;
        }
        for word in ["ANCHOR", "{{#"] {
            if let Some(line) = document.text.lines().find(|line| line.contains(word)) {
                findings.push(place.finding(word, "标记和引用不出现在 HTML 里", line.trim()));
            }
        }
        if let Some(line) = document.prose.lines().find(|line| line.contains("**")) {
            let expected = "** 都变成了粗体（紧挨着标点的 ** 不算：写成 **词**（说明））";
            findings.push(place.finding("**", expected, line.trim()));
        }
        for url in &document.resources {
            if is_external(url) {
                findings.push(place.finding(url, "只取自己的文件", format!("外部资源 {url}")));
            } else if let Some(problem) = broken(url, name, output, &documents) {
                findings.push(place.finding(url, "取得到的文件", problem));
            }
        }
        for url in &document.links {
            if !is_external(url)
                && let Some(problem) = broken(url, name, output, &documents)
            {
                findings.push(place.finding(url, "通的链接", problem));
            }
        }
    }
    // 同一个地址在一页里出现几次，只报一次。
    findings.sort();
    findings.dedup();
    Ok(findings)
}

/// 一页 HTML 是从哪一页 Markdown 来的。
struct Place<'a> {
    file: PathBuf,
    text: &'a str,
}

impl<'a> Place<'a> {
    fn of(book: &'a Book, html: &Path) -> Self {
        let markdown = Path::new("src").join(html).with_extension("md");
        let readme = markdown.with_file_name("README.md");
        for page in &book.pages {
            if page.file == markdown || (html.ends_with("index.html") && page.file == readme) {
                return Self {
                    file: page.file.clone(),
                    text: &page.text,
                };
            }
        }
        // 404.html 之类是 mdBook 自己的；没有 index.md 时，index.html 是第一页的副本。
        Self {
            file: html.to_owned(),
            text: "",
        }
    }

    /// 在 Markdown 里找 `needle`（链接里 .html 原来写作 .md），好报出行号。
    fn finding(&self, needle: &str, expected: &str, actual: impl Into<String>) -> Finding {
        let source = needle.replace(".html", ".md");
        let line = (1..)
            .zip(self.text.lines())
            .find(|(_, line)| line.contains(needle) || line.contains(&source))
            .map_or(1, |(number, _)| number);
        Finding::new(&self.file, line, expected, actual)
    }
}

fn source_of_css(book: &Book, css: &Path) -> PathBuf {
    let theme = Path::new("theme").join(css);
    if book.root.join(&theme).is_file() {
        theme
    } else {
        css.to_owned()
    }
}

/// 链接指向的文件或锚点不存在时，说出缺什么。
fn broken(
    url: &str,
    from: &Path,
    output: &Path,
    documents: &BTreeMap<PathBuf, Document>,
) -> Option<String> {
    let (path, fragment) = match url.split_once('#') {
        Some((path, fragment)) => (path, Some(fragment)),
        None => (url, None),
    };
    let path = percent_decode(path.split('?').next().unwrap_or_default());
    let target = match path.strip_prefix('/') {
        // 绝对路径在子路径下托管时会断；404.html 除外，它用 <base>。
        Some(_) => return Some(format!("{url} 是绝对路径，放到子路径下就断了")),
        None if path.is_empty() => from.to_owned(),
        None => normalize(&from.parent().unwrap_or(Path::new("")).join(&path)),
    };
    if !output.join(&target).is_file() {
        return Some(format!("没有 {}", target.display()));
    }
    let fragment = percent_decode(fragment.filter(|f| !f.is_empty())?);
    match documents.get(&target) {
        Some(document) if !document.ids.contains(&fragment) => {
            Some(format!("{} 里没有 #{fragment}", target.display()))
        }
        _ => None,
    }
}

fn is_external(url: &str) -> bool {
    url.starts_with("//")
        || url.split_once(':').is_some_and(|(scheme, _)| {
            !scheme.is_empty()
                && scheme
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
        })
}

/// CSS 里 `url(…)` 和 `@import` 指向的外部地址。
fn external_urls(css: &str) -> Vec<String> {
    let in_url = css
        .split("url(")
        .skip(1)
        .filter_map(|rest| rest.split(')').next());
    let imported = css
        .split("@import")
        .skip(1)
        .filter_map(|rest| rest.split(';').next());
    in_url
        .chain(imported)
        .map(|url| url.trim().trim_matches(['"', '\'']).to_owned())
        .filter(|url| is_external(url) && !url.starts_with("data:"))
        .collect()
}

fn read_document(html: &str) -> Document {
    let parsed = Html::parse_document(html);
    let mut document = Document {
        text: parsed.root_element().text().collect(),
        prose: prose(&parsed),
        ..Document::default()
    };
    for (selector, attribute) in RESOURCES {
        document
            .resources
            .extend(attributes(&parsed, selector, attribute));
    }
    document.resources.retain(|url| !url.starts_with("data:"));
    document.links.extend(attributes(&parsed, "a", "href"));
    document.drawn_ids = attributes(&parsed, "svg[id], svg [id]", "id");
    document.labels = attributes(&parsed, "svg[aria-labelledby]", "aria-labelledby");
    let whole = "figure.drawing > svg[role=img]:has(> title):has(> desc)";
    document.drawings = ["figure.drawing", whole].map(|selector| {
        Selector::parse(selector).map_or(0, |selector| parsed.select(&selector).count())
    });
    document.ids.extend(attributes(&parsed, "[id]", "id"));
    document.ids.extend(attributes(&parsed, "a[name]", "name"));
    document
}

/// `<code>`、`<script>`、`<style>` 以外的文字。
fn prose(html: &Html) -> String {
    html.root_element()
        .descendants()
        .filter_map(|node| {
            let text = node.value().as_text()?;
            let skipped = node.ancestors().any(|above| {
                above
                    .value()
                    .as_element()
                    .is_some_and(|element| ["code", "script", "style"].contains(&element.name()))
            });
            (!skipped).then(|| text.to_string())
        })
        .collect()
}

fn attributes(html: &Html, selector: &str, attribute: &str) -> Vec<String> {
    let Ok(selector) = Selector::parse(selector) else {
        return Vec::new();
    };
    html.select(&selector)
        .filter_map(|element| element.attr(attribute))
        .map(str::to_owned)
        .collect()
}

fn percent_decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let hex = bytes
            .get(at + 1..at + 3)
            .and_then(|hex| std::str::from_utf8(hex).ok());
        match hex
            .filter(|_| byte == b'%')
            .and_then(|hex| u8::from_str_radix(hex, 16).ok())
        {
            Some(value) => {
                decoded.push(value);
                at += 3;
            }
            None => {
                decoded.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&decoded).into_owned()
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
