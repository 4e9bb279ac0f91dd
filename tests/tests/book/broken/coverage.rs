//! 程序、标记、会话、页面都没有落下的。

use book_tests::checks::coverage;

use super::{BookTest, pure, tests};

tests!("coverage":
    program_on_no_page, anchor_on_no_page, session_on_no_page, program_in_no_session, stray_transcript, page_not_in_summary, summary_without_page,
    page_listed_twice, page_in_a_comment_only, program_only_echoed, program_behind_strace, stray_files, hidden_files_are_nobodys_business,
    unused_image, used_images, built_lab,
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

/// 列了两次的页，编号和搜索里都有两份。
fn page_listed_twice() {
    BookTest::new()
        .edit(
            "src/SUMMARY.md",
            "(ch01/greet.md)\n",
            "(ch01/greet.md)\n- [又一次](ch01/greet.md)\n",
        )
        .finds(
            pure(coverage::check),
            &[("src/SUMMARY.md:4", "ch01/greet.md")],
        );
}

/// 注释里的引用不算展示。
fn page_in_a_comment_only() {
    BookTest::new()
        .edit(
            PAGE,
            "<figure class=\"session\"",
            "<!--\n<figure class=\"session\"",
        )
        .edit(
            PAGE,
            "```\n\n</figure>\n\n## 图",
            "```\n\n</figure>\n-->\n\n## 图",
        )
        .finds(
            pure(coverage::check),
            &[("listings/ch01/sessions/greet.toml:1", "shell 终端")],
        );
}

/// 打印出这条命令，不算跑过它。
fn program_only_echoed() {
    BookTest::new()
        .edit(
            "listings/ch01/sessions/greet.toml",
            "cargo run",
            "echo cargo run",
        )
        .finds(
            pure(coverage::check),
            &[(&format!("{PROGRAM}:1"), "有一个会话敲")],
        );
}

/// 在 strace 底下、在管道里跑的，算。
fn program_behind_strace() {
    BookTest::new()
        .edit(
            "listings/ch01/sessions/greet.toml",
            "cargo run -q --bin greet",
            "strace -o x cargo run -q --bin greet | cat",
        )
        .finds(pure(coverage::check), &[]);
}

/// listings 里只有程序、会话、录音、图和清单；别的东西没有人看，也没有人跑。
fn stray_files() {
    BookTest::new()
        .write("listings/ch01/src/bin/folder/main.rs", "fn main() {}\n")
        .write("listings/ch01/src/helper.rs", "")
        .write("listings/ch01/notes.md", "")
        .write("listings/ch01/sessions/data.txt", "")
        .write("listings/ch01/sessions/old.yaml", "")
        .write("listings/drawings/queue.png", "")
        .finds(
            pure(coverage::check),
            &[
                ("listings/ch01/src/bin/folder/main.rs:1", "listings 里只有"),
                ("listings/ch01/src/helper.rs:1", "listings 里只有"),
                ("listings/ch01/notes.md:1", "listings 里只有"),
                ("listings/ch01/sessions/data.txt:1", "listings 里只有"),
                ("listings/ch01/sessions/old.yaml:1", "listings 里只有"),
                ("listings/drawings/queue.png:1", "listings 里只有"),
            ],
        );
}

/// 编辑器留下的点文件不归书管。
fn hidden_files_are_nobodys_business() {
    BookTest::new()
        .write("listings/ch01/.DS_Store", "")
        .write("src/.greet.md.swp", "")
        .finds(pure(coverage::check), &[]);
}

/// 没有一页用到的图，读者却要下载。
fn unused_image() {
    BookTest::new().write("src/ch01/old.png", "").finds(
        pure(coverage::check),
        &[("src/ch01/old.png:1", "有一页用到它")],
    );
}

/// Markdown 和 HTML 里用到的都算。
fn used_images() {
    BookTest::new()
        .write("src/ch01/a.png", "")
        .write("src/b.png", "")
        .edit(
            PAGE,
            "## 图",
            "![甲](a.png)\n\n<img src=\"../b.png\" alt=\"乙\">\n\n## 图",
        )
        .finds(pure(coverage::check), &[]);
}

/// 做好的实验台不是书的一部分，没有哪一页引用它。
fn built_lab() {
    BookTest::new()
        .write("src/lab/1a2b/machine.json", "{}\n")
        .finds(pure(coverage::check), &[]);
}
