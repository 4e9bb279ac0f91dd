//! 程序、标记、会话、页面都没有落下的。

use book_tests::checks::coverage;

use super::{BookTest, pure, tests};

tests!("coverage":
    program_on_no_page, anchor_on_no_page, session_on_no_page, program_in_no_session, stray_transcript, page_not_in_summary, summary_without_page,
);

const PAGE: &str = "src/ch01/greet.md";
const PROGRAM: &str = "listings/ch01/src/bin/greet.rs";
const RUST_INCLUDE: &str = "{{#rustdoc_include ../../listings/ch01/src/bin/greet.rs:main}}";
const CONSOLE_INCLUDE: &str = "{{#include ../../listings/ch01/sessions/greet.shell.console}}";

/// 没有页面展示的程序，读者看不到，却要一直维护。
fn program_on_no_page() {
    BookTest::new().edit(PAGE, RUST_INCLUDE, "").finds(
        pure(coverage::check),
        &[("listings/ch01/src/bin/greet.rs:1", "展示这个程序")],
    );
}

/// 写好的一段没有用上，多半是页面漏了。
fn anchor_on_no_page() {
    BookTest::new()
        .edit(PROGRAM, "fn main", "// ANCHOR: inner\nfn main")
        .edit(
            PROGRAM,
            "}\n// ANCHOR_END: main",
            "}\n// ANCHOR_END: inner\n// ANCHOR_END: main",
        )
        .finds(
            pure(coverage::check),
            &[("listings/ch01/src/bin/greet.rs:4", "inner")],
        );
}

/// 跑了却不给读者看的会话。
fn session_on_no_page() {
    BookTest::new().edit(PAGE, CONSOLE_INCLUDE, "").finds(
        pure(coverage::check),
        &[("listings/ch01/sessions/greet.toml:1", "shell 终端")],
    );
}

/// 没有会话跑它的程序，书上说它打印什么都没有根据。
fn program_in_no_session() {
    BookTest::new()
        .edit(
            "listings/ch01/sessions/greet.toml",
            "--bin greet",
            "--bin greeting",
        )
        .finds(
            pure(coverage::check),
            &[("listings/ch01/src/bin/greet.rs:1", "有一个会话敲")],
        );
}

/// 会话改名以后留下的旧录音。
fn stray_transcript() {
    BookTest::new()
        .write("listings/ch01/sessions/old.shell.console", "$ ls\n")
        .finds(
            pure(coverage::check),
            &[(
                "listings/ch01/sessions/old.shell.console:1",
                "没有这样的会话",
            )],
        );
}

/// 不在目录里的页，mdBook 不会生成。
fn page_not_in_summary() {
    BookTest::new()
        .write("src/ch01/lost.md", "# 丢了\n")
        .finds(pure(coverage::check), &[("src/ch01/lost.md:1", "SUMMARY")]);
}

/// 目录里写了、却没有的页。
fn summary_without_page() {
    BookTest::new()
        .edit(
            "src/SUMMARY.md",
            "(ch01/greet.md)\n",
            "(ch01/greet.md)\n- [空](ch01/none.md)\n",
        )
        .finds(
            pure(coverage::check),
            &[("src/SUMMARY.md:4", "ch01/none.md")],
        );
}
