//! 中文的写法和用词。

use std::path::Path;

use book_tests::checks::chinese;

use super::{BookTest, tests};

tests!("chinese":
    missing_space, half_width_punctuation, wrong_term, quoted_term,
);

/// 中文和英文之间少一个空格。
fn missing_space() {
    check_chinese(
        "用Rust写网络程序。",
        &[("page.md:1", "用 Rust 写网络程序。")],
    );
}

/// 中文里的半角标点。
fn half_width_punctuation() {
    check_chinese("先读,再写。", &[("page.md:1", "先读，再写。")]);
}

/// 术语表里不用的词。
fn wrong_term() {
    check_chinese("启动服务端。", &[("page.md:1", "服务器")]);
}

/// 提到它、说明为什么不用，可以。
fn quoted_term() {
    check_chinese("有人说的“粘包”是误称。", &[]);
}

#[track_caller]
fn check_chinese(text: &str, expected: &[(&str, &str)]) {
    let findings = chinese::check_text(Path::new("page.md"), text);
    BookTest::new().finds(|_| Ok(findings), expected);
}
