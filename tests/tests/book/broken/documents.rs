//! README 和 CONTRIBUTING 说的，仓库里真的有。

use book_tests::checks::documents;

use super::{BookTest, pure, tests};

tests!("documents": broken_link, moved_file, chapter_left_out, names_that_are_patterns, check_left_out, check_that_is_gone);

const README: &str = "# 小书\n\n[正文](src/ch01)、[程序](listings/ch01/src/bin)、[会话](listings/ch01/sessions)，许可见 [MIT](LICENSE)。\n";
const CONTRIBUTING: &str =
    "# 怎样改\n\n| 测试 | 保护什么 |\n|---|---|\n| `check::fences` | 代码块 |\n";

fn small() -> BookTest {
    BookTest::new()
        .write("README.md", README)
        .write("LICENSE", "")
        .write("CONTRIBUTING.md", CONTRIBUTING)
}

/// 链到没有的文件。
fn broken_link() {
    small()
        .edit("README.md", "(LICENSE)", "(LICENSE-MIT)")
        .finds(pure(documents::check), &[("README.md:3", "LICENSE-MIT")]);
}

/// 文件搬走了，说明没有跟着改。
fn moved_file() {
    small()
        .edit("CONTRIBUTING.md", "| `check", "\n术语在 `listings/ch01/terms.rs` 里，程序在 `listings/ch01/src/bin/greet.rs` 里。\n\n| `check")
        .finds(pure(documents::check), &[("CONTRIBUTING.md:6", "listings/ch01/terms.rs")]);
}

/// 加了一章，README 里的表没有加。
fn chapter_left_out() {
    small().write("listings/ch02/Cargo.toml", "").finds(
        pure(documents::check),
        &[
            ("README.md:1", "src/ch02"),
            ("README.md:1", "listings/ch02/src/bin"),
            ("README.md:1", "listings/ch02/sessions"),
        ],
    );
}

/// 说的是一种写法，不是一个文件。
fn names_that_are_patterns() {
    small()
        .edit("CONTRIBUTING.md", "# 怎样改", "# 怎样改\n\n写 `listings/chNN/src/bin/NAME.rs`、`src/chNN/*.md`、`session::ch01/hello`、`a/b`、`12 / 12`，生成在 `target/debug` 里。")
        .finds(pure(documents::check), &[]);
}

/// 表里漏了一项检查。
fn check_left_out() {
    let findings = documents::check_names("CONTRIBUTING.md", CONTRIBUTING, &["fences", "html"]);
    BookTest::new().finds(|_| Ok(findings), &[("CONTRIBUTING.md:1", "check::html")]);
}

/// 表里还留着一项没有的检查。
fn check_that_is_gone() {
    let findings = documents::check_names("CONTRIBUTING.md", CONTRIBUTING, &[]);
    BookTest::new().finds(|_| Ok(findings), &[("CONTRIBUTING.md:5", "check::fences")]);
}
