//! 网页里的链接、锚点、资源。

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use book_tests::book::Book;
use book_tests::finding::Finding;

use super::{BookTest, found, rendered, tests};

tests!("html":
    broken_link, broken_fragment, missing_image, external_script, absolute_link, leaked_marker, bold_that_is_not,
    other_image_sources, missing_image_sources, css_in_page, elements_that_fetch, handlers, meta_and_base, svg_that_fetches,
    stylesheet_that_fetches, stylesheet_with_missing_files, head_that_fetches, scripts_of_our_own,
    odd_schemes, links_that_work, percent_encoded_fragments, empty_links, links_to_folders, links_out_of_the_book, links_in_html,
    image_without_alt, repeated_ids, every_link_on_its_line, not_found_page, leaked_markers_together,
);

const PAGE: &str = "src/ch01/greet.md";

/// 链到不存在的页。
fn broken_link() {
    BookTest::new()
        .edit(PAGE, "(#会话)", "(nowhere.md)")
        .finds(rendered, &[("src/ch01/greet.md:3", "nowhere")]);
}

/// 链到不存在的小节；链接检查器一个都查不出来。
fn broken_fragment() {
    BookTest::new()
        .edit(PAGE, "(#会话)", "(#没有这一节)")
        .finds(rendered, &[("src/ch01/greet.md:3", "没有 #没有这一节")]);
}

/// 没有这张图。
fn missing_image() {
    BookTest::new()
        .edit(PAGE, "## 程序", "![图](none.svg)\n\n## 程序")
        .finds(rendered, &[("src/ch01/greet.md:5", "none.svg")]);
}

/// 外部脚本：离线打不开，也会泄露读者在看什么。
fn external_script() {
    BookTest::new()
        .edit(
            PAGE,
            "## 程序",
            "<script src=\"https://example.com/x.js\"></script>\n\n## 程序",
        )
        .finds(
            rendered,
            &[("src/ch01/greet.md:5", "https://example.com/x.js")],
        );
}

/// 绝对路径在 GitHub Pages 的子路径下会断。
fn absolute_link() {
    BookTest::new()
        .edit(PAGE, "(#会话)", "(/ch01/greet.html)")
        .finds(rendered, &[("src/ch01/greet.md:3", "绝对路径")]);
}

/// 标记漏到了读者眼前。
fn leaked_marker() {
    BookTest::new()
        .edit(PAGE, "greet.rs:main}}", "greet.rs}}")
        .finds(rendered, &[("src/ch01/greet.md:1", "ANCHOR")]);
}

/// CommonMark 的规则：** 前面是标点、后面是汉字，就不是粗体的结尾。
fn bold_that_is_not() {
    BookTest::new()
        .edit(PAGE, "## 程序", "这是**描述符（fd）**的意思。\n\n## 程序")
        .finds(rendered, &[("src/ch01/greet.md:5", "描述符")]);
}

/// 测试的名字，和在 `## 程序` 之前插入的一段。生成网页很贵：各占一页，一起生成。
const INSERTED: [(&str, &str); 16] = [
    (
        "other_image_sources",
        "<img alt=\"甲\" src=\"//cdn.example.com/a.png\">\n\n<img alt=\"乙\" src=\"data:image/png;base64,AA==\" srcset=\"https://example.com/b.png 1x, http://example.com/c.png 2x\">\n\n<picture><source srcset=\"https://example.com/d.webp\"></picture>\n\n<div style=\"background: url('https://example.com/e.png')\">戊</div>",
    ),
    (
        "missing_image_sources",
        "<img alt=\"甲\" srcset=\"none.png 1x, none2.png 2x\">\n\n<div style=\"background: url(none3.png)\">戊</div>",
    ),
    (
        "css_in_page",
        "<style>@import \"https://example.com/a.css\"; p { background: url(https://example.com/b.png) }</style>",
    ),
    (
        "elements_that_fetch",
        "<iframe src=\"x.html\"></iframe>\n\n<object data=\"https://example.com/a.pdf\"></object>\n\n<video poster=\"https://example.com/p.png\"></video>\n\n<embed src=\"a.swf\">\n\n<form action=\"https://example.com/\"><button>好</button></form>\n\n<script>fetch('https://example.com/')</script>",
    ),
    ("handlers", "<div onclick=\"fetch('/x')\">点</div>"),
    (
        "meta_and_base",
        "<base href=\"https://example.com/\">\n\n<meta http-equiv=\"refresh\" content=\"0; url=https://example.com/\">\n\n<link rel=\"preload\" href=\"x.js\" as=\"script\">",
    ),
    (
        "svg_that_fetches",
        "<svg viewBox=\"0 0 1 1\"><image xlink:href=\"https://example.com/a.png\"></image></svg>\n\n<svg viewBox=\"0 0 1 1\"><use href=\"none.svg#x\"></use></svg>",
    ),
    (
        "odd_schemes",
        "[甲](javascript:alert(1))、[乙](file:///etc/passwd)、[丙](//example.com/x)、[丁](HTTPS://example.com/)、[戊](mailto:a@example.com)、[己](htps://example.com)",
    ),
    (
        "links_that_work",
        "[甲](#图)、[乙](greet.md#会话)、[丙](../ch01/greet.md)、[丁](https://example.com/a#b)、<https://example.com>",
    ),
    (
        "percent_encoded_fragments",
        "[甲](#%E4%BC%9A%E8%AF%9D)、[乙](greet.md#%E4%BC%9A%E8%AF%9D)、[丙](#%E4%BC%9A)、[丁](greet.md#没有)、[戊](#会话%20)",
    ),
    ("empty_links", "[甲]()、[乙](#)"),
    (
        "links_to_folders",
        "[甲](../ch01/)、[乙](../ch01)、[丙](./)",
    ),
    (
        "links_out_of_the_book",
        "[甲](../../book.toml)、[乙](../../listings/ch01/src/bin/greet.rs)",
    ),
    (
        "links_in_html",
        "<a href=\"none.html\">甲</a>\n\n<map name=\"m\"><area href=\"#没有\" alt=\"乙\"></map>",
    ),
    (
        "repeated_ids",
        "## 别的 {#会话}\n\n<a id=\"图\"></a>\n\n<a id=\"图\"></a>",
    ),
    (
        "every_link_on_its_line",
        "见[甲](none.md)。\n\n又见[乙](none.md)和[丙](none.md)。",
    ),
];

/// [`INSERTED`] 里的一页，断言报出的是哪几行；插入的从第 5 行起。
#[track_caller]
fn inserted(name: &str, expected: &[(u32, &str)]) {
    static FINDINGS: OnceLock<Result<Vec<Finding>, String>> = OnceLock::new();
    let all = match FINDINGS.get_or_init(render_inserted) {
        Ok(findings) => findings,
        Err(why) => panic!("检查没跑成：{why}"),
    };
    let page = page_of(name);
    let here: Vec<Finding> = all
        .iter()
        .filter(|finding| finding.file == Path::new(&page))
        .cloned()
        .collect();
    let expected: Vec<(String, &str)> = expected
        .iter()
        .map(|(line, words)| (format!("{page}:{line}"), *words))
        .collect();
    let expected: Vec<(&str, &str)> = expected
        .iter()
        .map(|(at, words)| (at.as_str(), *words))
        .collect();
    found(&here, &expected);
}

fn page_of(name: &str) -> String {
    format!("src/ch01/{name}.md")
}

/// 每一段各占一页的小书，检查报出的全部；不在这些页里的一处也不该有。
fn render_inserted() -> Result<Vec<Finding>, String> {
    let test = BookTest::new();
    let page =
        fs::read_to_string(test.root().join(PAGE)).map_err(|err| format!("{PAGE}：{err}"))?;
    let mut summary = String::from("# 目录\n\n- [打招呼](ch01/greet.md)\n");
    let mut test = test;
    for (name, text) in INSERTED {
        summary.push_str(&format!("- [打招呼](ch01/{name}.md)\n"));
        let page = page.replacen("## 程序", &format!("{text}\n\n## 程序"), 1);
        test = test.write(&page_of(name), &page);
    }
    let test = test.write("src/SUMMARY.md", &summary);
    let findings = Book::load(test.root()).and_then(|book| rendered(&book))?;
    let pages = INSERTED.map(|(name, _)| PathBuf::from(page_of(name)));
    match findings
        .iter()
        .find(|finding| !pages.contains(&finding.file))
    {
        Some(elsewhere) => Err(format!("别处也报了：{elsewhere}")),
        None => Ok(findings),
    }
}

/// 图片还有别的地方写网址。
fn other_image_sources() {
    inserted(
        "other_image_sources",
        &[
            (5, "//cdn.example.com/a.png"),
            (7, "https://example.com/b.png"),
            (7, "http://example.com/c.png"),
            (9, "https://example.com/d.webp"),
            (11, "https://example.com/e.png"),
        ],
    );
}

/// 本地的也要在。
fn missing_image_sources() {
    inserted(
        "missing_image_sources",
        &[
            (5, "没有 ch01/none.png"),
            (5, "没有 ch01/none2.png"),
            (7, "没有 ch01/none3.png"),
        ],
    );
}

/// 样式写在 theme/book.css 里，页面里不写。
fn css_in_page() {
    inserted("css_in_page", &[(5, "正文里没有 <style>")]);
}

/// 会去取东西、会运行的元素。
fn elements_that_fetch() {
    inserted(
        "elements_that_fetch",
        &[
            (5, "<iframe"),
            (7, "https://example.com/a.pdf"),
            (9, "https://example.com/p.png"),
            (11, "<embed"),
            (13, "<form"),
            (15, "<script>"),
        ],
    );
}

/// 事件里也能运行脚本。
fn handlers() {
    inserted("handlers", &[(5, "onclick")]);
}

/// 换掉整页的地址，或者自己跳走。
fn meta_and_base() {
    inserted("meta_and_base", &[(5, "<base"), (7, "<meta"), (9, "<link")]);
}

/// SVG 里也能取图、引别处的形状。
fn svg_that_fetches() {
    inserted(
        "svg_that_fetches",
        &[(5, "https://example.com/a.png"), (7, "没有 ch01/none.svg")],
    );
}

/// 样式表里的注释不算；取别处的算，报出样式表里的行。
fn stylesheet_that_fetches() {
    with_css(
        "/* url(https://example.com/not.png) */\n@import \"https://example.com/a.css\";\n@import url(//example.com/b.css);\np { background: URL( 'http://example.com/c.png' ) }\n",
        &[
            ("theme/extra.css:2", "https://example.com/a.css"),
            ("theme/extra.css:3", "//example.com/b.css"),
            ("theme/extra.css:4", "http://example.com/c.png"),
        ],
    );
}

/// 样式表要的文件不会自己跟过去。
fn stylesheet_with_missing_files() {
    with_css(
        "p { background: url(\"none.png\"), url(data:image/svg+xml;utf8,<svg/>) }\n@font-face { src: url(/abs.woff2) }\nq { background: url(#here) }\n",
        &[
            ("theme/extra.css:1", "theme/none.png"),
            ("theme/extra.css:2", "绝对路径"),
        ],
    );
}

#[track_caller]
fn with_css(css: &str, expected: &[(&str, &str)]) {
    BookTest::new()
        .write("theme/extra.css", css)
        .write("book.toml", "[book]\ntitle = \"小书\"\nlanguage = \"zh-CN\"\n[output.html]\nadditional-css = [\"theme/extra.css\"]\n")
        .finds(rendered, expected);
}

/// 每一页都有的那部分也不能取外面的东西。
fn head_that_fetches() {
    BookTest::new()
        .write(
            "theme/head.hbs",
            "<link rel=\"preconnect\" href=\"https://fonts.example.com\">\n<script>\nfetch('https://example.com/hit')\n</script>\n<style>@import url(https://example.com/f.css);</style>\n",
        )
        .finds(
            rendered,
            &[
                ("theme/head.hbs:1", "https://fonts.example.com"),
                ("theme/head.hbs:3", "fetch("),
                ("theme/head.hbs:5", "https://example.com/f.css"),
            ],
        );
}

/// 自己的脚本里写到的网址，要写明为什么。
fn scripts_of_our_own() {
    BookTest::new()
        .write("theme/ui.js", "// 见 https://example.com/doc\nconst u = 'https://play.rust-lang.org/evaluate.json';\nnew WebSocket('wss://example.com/');\n")
        .finds(rendered, &[("theme/ui.js:3", "wss://example.com/")]);
}

/// 除了 http、https、mailto，别的都不是链接。
fn odd_schemes() {
    inserted(
        "odd_schemes",
        &[
            (5, "javascript:"),
            (5, "file:///etc/passwd"),
            (5, "//example.com/x"),
            (5, "htps://example.com"),
        ],
    );
}

/// 通的链接：本页、别的页、带查询、外面的。
fn links_that_work() {
    inserted("links_that_work", &[]);
}

/// 百分号写的中文和直接写的一样：对的都通，错的都报。
fn percent_encoded_fragments() {
    inserted(
        "percent_encoded_fragments",
        &[(5, "没有 #会"), (5, "没有 #没有"), (5, "没有 #会话 ")],
    );
}

/// 还没填的链接。
fn empty_links() {
    inserted("empty_links", &[(5, "空的链接"), (5, "空的链接")]);
}

/// 链到文件夹，离线打开看到的是一张文件表。
fn links_to_folders() {
    inserted(
        "links_to_folders",
        &[(5, "../ch01/"), (5, "../ch01"), (5, "./")],
    );
}

/// 在仓库里有这个文件，网站上没有。
fn links_out_of_the_book() {
    inserted(
        "links_out_of_the_book",
        &[(5, "book.toml"), (5, "greet.rs")],
    );
}

/// HTML 里写的链接也要通。
fn links_in_html() {
    inserted("links_in_html", &[(5, "none.html"), (7, "没有 #没有")]);
}

/// 看不见图的读者只有 alt。
fn image_without_alt() {
    BookTest::new()
        .write("src/ch01/a.png", "")
        .edit(
            PAGE,
            "## 程序",
            "![](a.png)\n\n<img src=\"a.png\">\n\n## 程序",
        )
        .finds(
            rendered,
            &[
                ("src/ch01/greet.md:5", "alt"),
                ("src/ch01/greet.md:7", "alt"),
            ],
        );
}

/// 同一个 id 有两处，链接只到得了第一处。
fn repeated_ids() {
    inserted(
        "repeated_ids",
        &[(5, "id=\"会话\""), (7, "id=\"图\""), (9, "id=\"图\"")],
    );
}

/// 同一个断了的链接写了几处，每一处都报。
fn every_link_on_its_line() {
    inserted(
        "every_link_on_its_line",
        &[(5, "none.html"), (7, "none.html")],
    );
}

/// 找不到的页（404）里的链接也要通。
fn not_found_page() {
    BookTest::new()
        .write(
            "src/404.md",
            "# 没有\n\n回到[第一页](ch01/greet.md)或[别处](none.md)。\n",
        )
        .finds(rendered, &[("src/404.md:3", "none.html")]);
}

/// 漏出来的标记一次说完。
fn leaked_markers_together() {
    BookTest::new()
        .edit(PAGE, "greet.rs:main}}", "greet.rs}}")
        .edit(PAGE, "## 图", "{{#includ x}}\n\n## 图")
        .finds(
            rendered,
            &[
                ("src/ch01/greet.md:1", "ANCHOR_END: main"),
                ("src/ch01/greet.md:27", "{{#includ x}}"),
            ],
        );
}
