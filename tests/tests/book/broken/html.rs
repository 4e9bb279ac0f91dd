//! 网页里的链接、锚点、资源。

use super::{BookTest, rendered, tests};

tests!("html":
    broken_link, broken_fragment, missing_image, external_script, absolute_link, leaked_marker, bold_that_is_not,
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
