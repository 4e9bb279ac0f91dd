//! 一页 HTML 里要核对的东西。

use scraper::{ElementRef, Html, Selector};

use super::css;

/// 值是网址、浏览器会去取的属性。
const FETCHED: [&str; 5] = ["src", "poster", "data", "background", "ping"];

/// 同上，但一个属性里有几个网址，后面跟着大小。
const SETS: [&str; 2] = ["srcset", "imagesrcset"];

/// 这些元素的 `href` 是要取的文件，不是给人点的链接。
const FETCH_BY_HREF: [&str; 5] = ["link", "image", "use", "feimage", "script"];

/// 正文里不该有的元素：会去取、会运行、会换掉整页的地址。
const FORBIDDEN: [&str; 15] = [
    "applet", "audio", "base", "embed", "form", "frame", "frameset", "iframe", "link", "meta",
    "object", "script", "style", "track", "video",
];

/// 行内脚本里的这些词，说明它会去取东西。
const FETCHING: [&str; 8] = [
    "fetch(",
    "XMLHttpRequest",
    "import(",
    "WebSocket",
    "EventSource",
    "sendBeacon",
    "http://",
    "https://",
];

/// 正文里不该有的一处。
#[derive(Debug)]
pub struct Forbidden {
    /// 在源文件里找这个标签（`<iframe`）……
    pub tag: String,
    /// ……那一行里还写着这个。
    pub needle: String,
    /// 期望什么。
    pub expected: String,
    /// 实际什么。
    pub actual: String,
}

/// 读好的一页。
#[derive(Debug, Default)]
pub struct Document {
    /// 全部 id（和 `<a name>`），重复的也在。
    pub ids: Vec<String>,
    /// 给人点的链接。
    pub links: Vec<String>,
    /// 浏览器会去取的地址。
    pub resources: Vec<String>,
    /// 正文里不该有的元素和属性。
    pub forbidden: Vec<Forbidden>,
    /// 正文以外的行内脚本里，会去取东西的那一行。
    pub fetching: Vec<String>,
    /// 没有 `alt` 的图片的地址。
    pub without_alt: Vec<String>,
    /// 全部文字。
    pub text: String,
    /// 图里的 id，重复的也在。
    pub drawn_ids: Vec<String>,
    /// 图的 aria-labelledby 指向的 id。
    pub labels: Vec<String>,
    /// 图框几个，里面真有图的几个。
    pub drawings: [usize; 2],
}

impl Document {
    /// 读一页 HTML。
    #[must_use]
    pub fn parse(html: &str) -> Self {
        let parsed = Html::parse_document(html);
        let mut document = Self {
            text: parsed.root_element().text().collect(),
            drawn_ids: attributes(&parsed, "svg[id], svg [id]", "id"),
            labels: attributes(&parsed, "svg[aria-labelledby]", "aria-labelledby"),
            ..Self::default()
        };
        let whole = "figure.drawing > svg[role=img]:has(> title):has(> desc)";
        document.drawings = ["figure.drawing", whole].map(|selector| {
            Selector::parse(selector).map_or(0, |selector| parsed.select(&selector).count())
        });
        for element in parsed.root_element().descendent_elements() {
            document.element(element);
        }
        document
    }

    fn element(&mut self, element: ElementRef<'_>) {
        let name = element.value().name().to_ascii_lowercase();
        let in_main = element
            .ancestors()
            .filter_map(ElementRef::wrap)
            .any(|above| above.value().name() == "main");
        if in_main && FORBIDDEN.contains(&name.as_str()) {
            let first = element.value().attrs().next();
            self.forbidden.push(Forbidden {
                tag: format!("<{name}"),
                needle: first.map_or("<", |(_, value)| value).to_owned(),
                expected: format!("正文里没有 <{name}>"),
                actual: opening(element),
            });
            return;
        }
        match name.as_str() {
            "style" => {
                let css: String = element.text().collect();
                self.resources.extend(css_urls(&css));
            }
            "script" => {
                let script: String = element.text().collect();
                let fetches = |line: &&str| FETCHING.iter().any(|word| line.contains(word));
                let lines = script.lines().filter(fetches);
                self.fetching
                    .extend(lines.map(|line| line.trim().to_owned()));
            }
            "img" if element.attr("alt").is_none_or(|alt| alt.trim().is_empty()) => {
                let src = element.attr("src").unwrap_or_default();
                self.without_alt.push(src.to_owned());
            }
            "meta"
                if element
                    .attr("http-equiv")
                    .is_some_and(|kind| kind.eq_ignore_ascii_case("refresh")) =>
            {
                let content = element.attr("content").unwrap_or_default();
                let url = content.split_once('=').map_or(content, |(_, url)| url);
                self.resources.push(url.trim().to_owned());
            }
            _ => {}
        }
        for (attribute, value) in element.value().attrs() {
            self.attribute(&name, &attribute.to_ascii_lowercase(), value, in_main);
        }
    }

    fn attribute(&mut self, element: &str, attribute: &str, value: &str, in_main: bool) {
        let href = attribute == "href" || attribute == "xlink:href";
        if attribute == "id" || (attribute == "name" && element == "a") {
            self.ids.push(value.to_owned());
        } else if attribute == "style" {
            self.resources.extend(css_urls(value));
        } else if SETS.contains(&attribute) {
            let urls = value
                .split(',')
                .filter_map(|one| one.split_whitespace().next());
            self.resources.extend(urls.map(str::to_owned));
        } else if FETCHED.contains(&attribute) || (href && FETCH_BY_HREF.contains(&element)) {
            if !value.starts_with("data:") {
                self.resources.push(value.to_owned());
            }
        } else if href && element != "base" {
            self.links.push(value.to_owned());
        } else if in_main && attribute.starts_with("on") {
            self.forbidden.push(Forbidden {
                tag: format!("<{element}"),
                needle: value.to_owned(),
                expected: "正文里没有脚本".to_owned(),
                actual: format!("{attribute}=\"{value}\""),
            });
        }
    }
}

fn css_urls(css: &str) -> impl Iterator<Item = String> {
    css::addresses(css).into_iter().map(|address| address.url)
}

/// 开始标签的样子。
fn opening(element: ElementRef<'_>) -> String {
    let attributes: String = element
        .value()
        .attrs()
        .map(|(name, value)| format!(" {name}=\"{value}\""))
        .collect();
    format!("<{}{attributes}>", element.value().name())
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
