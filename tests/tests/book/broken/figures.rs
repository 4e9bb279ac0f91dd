//! 图框的写法、名字、编号、路径。

use book_tests::checks::figures;

use super::{BookTest, pure, tests};

tests!("figures":
    listing_without_include, listing_without_caption, session_without_name,
    fence_outside_figure, wrong_caption, wrong_number, wrong_program, unknown_session, terminal_left_out, unknown_class, caption_missing, number_is_reused_for_the_same_program,
);

const PAGE: &str = "src/ch01/greet.md";

/// 图框外面的代码块没有说明、没有按钮。
fn fence_outside_figure() {
    BookTest::new()
        .edit(PAGE, "</figure>\n\n## 会话", "</figure>\n\n```rust,ignore\n{{#rustdoc_include ../../listings/ch01/src/bin/greet.rs:main}}\n```\n\n## 会话")
        .finds(pure(figures::check), &[("src/ch01/greet.md:16", "在外面")]);
}

/// 说明里的路径和引用的不是一个文件。
fn wrong_caption() {
    BookTest::new()
        .edit(
            PAGE,
            "<code>listings/ch01/src/bin/greet.rs</code>",
            "<code>greet.rs</code>",
        )
        .finds(
            pure(figures::check),
            &[(
                "src/ch01/greet.md:8",
                "程序 1-1　<code>listings/ch01/src/bin/greet.rs</code>",
            )],
        );
}

/// 插进新程序以后，后面的编号要跟着改。
fn wrong_number() {
    BookTest::new()
        .edit(PAGE, "会话 1-1　", "会话 1-2　")
        .finds(
            pure(figures::check),
            &[("src/ch01/greet.md:19", "会话 1-1　")],
        );
}

/// data-program 说的和引用的不是一个程序：按钮会打开另一个文件。
fn wrong_program() {
    BookTest::new()
        .write(
            "listings/ch01/src/bin/other.rs",
            "//! 另一个。\nfn main() {}\n",
        )
        .edit(PAGE, "data-program=\"greet\"", "data-program=\"other\"")
        .finds(
            pure(figures::check),
            &[
                ("src/ch01/greet.md:11", "other"),
                ("src/ch01/greet.md:8", "other.rs"),
            ],
        );
}

/// 没有这样的会话。
fn unknown_session() {
    BookTest::new()
        .edit(
            PAGE,
            "data-session=\"ch01/greet\"",
            "data-session=\"ch01/none\"",
        )
        .finds(
            pure(figures::check),
            &[("src/ch01/greet.md:18", "ch01/none")],
        );
}

/// 两个终端的会话只给读者看了一个。
fn terminal_left_out() {
    BookTest::new()
        .write(
            "listings/ch01/sessions/greet.toml",
            "terminals = [\"shell\", \"other\"]\n[[step]]\nin = \"shell\"\ntype = \"cargo run -q --bin greet\"\n[[step]]\nin = \"other\"\ntype = \"ls\"\n",
        )
        .finds(
            pure(figures::check),
            &[
                ("src/ch01/greet.md:18", "greet.other.console"),
                ("src/ch01/greet.md:18", "data-terminals=\"shell other\" data-order=\"1 2\""),
            ],
        );
}

/// 样式和按钮都认 class。
fn unknown_class() {
    BookTest::new()
        .edit(PAGE, "class=\"listing\"", "class=\"code\"")
        .finds(pure(figures::check), &[("src/ch01/greet.md:7", "code")]);
}

/// 没有说明的图框。
fn caption_missing() {
    BookTest::new()
        .edit(PAGE, "<figcaption>会话 1-1　打一声招呼</figcaption>\n", "")
        .finds(
            pure(figures::check),
            &[("src/ch01/greet.md:18", "会话 1-1")],
        );
}

/// 同一个程序分几处展示，用的是同一个号；所以第二个程序是 1-2，不是 1-3。
fn number_is_reused_for_the_same_program() {
    let figure = |number: &str, name: &str, anchor: &str| {
        format!(
            "<figure class=\"listing\" data-program=\"{name}\">\n<figcaption>程序 {number}　<code>listings/ch01/src/bin/{name}.rs</code></figcaption>\n\n```rust,ignore\n{{{{#rustdoc_include ../../listings/ch01/src/bin/{name}.rs{anchor}}}}}\n```\n\n</figure>\n\n"
        )
    };
    let more = figure("1-1", "greet", ":main") + &figure("1-2", "other", "") + "## 会话";
    BookTest::new()
        .write(
            "listings/ch01/src/bin/other.rs",
            "//! 另一个。\nfn main() {}\n",
        )
        .edit(PAGE, "## 会话", &more)
        .finds(pure(figures::check), &[]);
}

/// 只有说明，没有程序。
fn listing_without_include() {
    BookTest::new()
        .edit(PAGE, "```rust,ignore\n{{#rustdoc_include ../../listings/ch01/src/bin/greet.rs:main}}\n```\n\n", "")
        .finds(pure(figures::check), &[("src/ch01/greet.md:7", "引用 listings/ch01/src/bin/greet.rs")]);
}

/// 没有说明的程序。
fn listing_without_caption() {
    BookTest::new()
        .edit(
            PAGE,
            "<figcaption>程序 1-1　<code>listings/ch01/src/bin/greet.rs</code></figcaption>\n",
            "",
        )
        .finds(
            pure(figures::check),
            &[("src/ch01/greet.md:7", "<figcaption>程序 1-1")],
        );
}

/// 不知道是哪个会话。
fn session_without_name() {
    BookTest::new()
        .edit(PAGE, " data-session=\"ch01/greet\"", "")
        .finds(
            pure(figures::check),
            &[("src/ch01/greet.md:18", "data-session=\"ch01/会话名\"")],
        );
}
