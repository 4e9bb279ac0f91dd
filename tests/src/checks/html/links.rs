//! 一个地址通不通。

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::book::normalize;

/// 给人点的链接可以用的协议。
const SCHEMES: [&str; 3] = ["http", "https", "mailto"];

/// 生成好的网页：文件在哪里，每一页有哪些 id。
pub struct Site<'a> {
    /// 生成在哪里。
    pub output: &'a Path,
    /// 页 → 里面的 id。
    pub ids: BTreeMap<&'a Path, BTreeSet<&'a str>>,
}

impl Site<'_> {
    /// 浏览器会去取的地址：只能是这个网站里有的文件。
    #[must_use]
    pub fn resource(&self, url: &str, from: &Path) -> Option<String> {
        if scheme(url).is_some() || url.starts_with("//") {
            return Some(format!("外部资源 {url}"));
        }
        self.local(url, from)
    }

    /// 给人点的链接：外面的只看写法，里面的要通。
    #[must_use]
    pub fn link(&self, url: &str, from: &Path) -> Option<String> {
        if url.is_empty() || url == "#" {
            return Some(format!("空的链接 ({url})"));
        }
        if url.starts_with("//") {
            return Some(format!("{url} 没有写 https:，离线打开时就断了"));
        }
        match scheme(url) {
            Some(scheme) if SCHEMES.contains(&scheme.to_ascii_lowercase().as_str()) => None,
            Some(_) => Some(format!("{url} 不是 http、https 或 mailto")),
            None => self.local(url, from),
        }
    }

    /// 链接指向的文件或锚点不存在时，说出缺什么。
    fn local(&self, url: &str, from: &Path) -> Option<String> {
        let (path, fragment) = match url.split_once('#') {
            Some((path, fragment)) => (path, Some(fragment)),
            None => (url, None),
        };
        let path = percent_decode(path.split('?').next().unwrap_or_default());
        // 绝对路径在子路径下托管时会断；404.html 除外，它用 <base>。
        if path.starts_with('/') {
            return Some(format!("{url} 是绝对路径，放到子路径下就断了"));
        }
        let target = if path.is_empty() {
            from.to_owned()
        } else {
            normalize(&from.parent().unwrap_or(Path::new("")).join(&path))
        };
        if target.starts_with("..") {
            return Some(format!("{url} 在书的外面，网站上没有"));
        }
        if self.output.join(&target).is_dir() {
            return Some(format!("{url} 是文件夹，要写出哪一页"));
        }
        if !self.output.join(&target).is_file() {
            return Some(format!("没有 {}（{url}）", target.display()));
        }
        let fragment = percent_decode(fragment.filter(|fragment| !fragment.is_empty())?);
        match self.ids.get(target.as_path()) {
            Some(ids) if !ids.contains(fragment.as_str()) => {
                Some(format!("{} 里没有 #{fragment}", target.display()))
            }
            _ => None,
        }
    }
}

/// `https://…` 的 https；没有就是相对的地址。
#[must_use]
pub fn scheme(url: &str) -> Option<&str> {
    let (scheme, _) = url.split_once(':')?;
    let valid = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
    valid.then_some(scheme)
}

/// `%E4%BC%9A` → `会`。
#[must_use]
pub fn percent_decode(text: &str) -> String {
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

/// Markdown 里写的地址，和网页里的是不是一个：`.md` 变成了 `.html`，汉字可能成了百分号。
#[must_use]
pub fn same(written: &str, rendered: &str) -> bool {
    let written = percent_decode(written);
    let rendered = percent_decode(rendered);
    let html = match written.split_once('#') {
        Some((path, fragment)) => format!("{}#{fragment}", path.replace(".md", ".html")),
        None => written.replace(".md", ".html"),
    };
    rendered == written || rendered == html
}

/// 文件名里 mdBook 加上的散列去掉：`book-4534bb54.css` → `book.css`。
#[must_use]
pub fn without_hash(file: &Path) -> PathBuf {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let Some((stem, extension)) = name.rsplit_once('.') else {
        return file.to_owned();
    };
    match stem.rsplit_once('-') {
        Some((bare, hash)) if hash.len() == 8 && hash.chars().all(|c| c.is_ascii_hexdigit()) => {
            file.with_file_name(format!("{bare}.{extension}"))
        }
        _ => file.to_owned(),
    }
}
