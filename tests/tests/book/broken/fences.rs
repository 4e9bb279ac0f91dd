//! 正文里没有手写的代码、命令和输出。

use book_tests::checks::fences;

use super::{BookTest, pure, tests};

tests!("fences":
    fence_with_code, fence_without_language, indented_code, raw_pre,
    indented_code_in_list, raw_pre_in_capitals, other_raw_blocks, pre_named_in_prose, tilde_fence, fence_in_quote, fence_in_list,
    include_with_words, two_includes_on_one_line, indented_include, long_fence, unclosed_fence, words_after_language,
    program_as_console, transcript_as_rust, session_file_as_code, code_span_alone, code_over_several_lines, code_in_html, many_at_once,
    code_in_the_not_found_page,
);

const PAGE: &str = "src/ch01/greet.md";
const RUST_INCLUDE: &str = "{{#rustdoc_include ../../listings/ch01/src/bin/greet.rs:main}}";

/// 手写的代码会和程序各说各话。
fn fence_with_code() {
    let code = format!("{RUST_INCLUDE}\nlet x = 1;");
    BookTest::new().edit(PAGE, RUST_INCLUDE, &code).finds(
        pure(fences::check),
        &[("src/ch01/greet.md:12", "let x = 1;")],
    );
}

/// 没有语言的代码块没有高亮，也不知道是代码还是录音。
fn fence_without_language() {
    BookTest::new()
        .edit(PAGE, "```console", "```")
        .finds(pure(fences::check), &[("src/ch01/greet.md:21", "console")]);
}

/// 缩进四格也是代码块。
fn indented_code() {
    BookTest::new()
        .edit(PAGE, "## 程序", "    let x = 1;\n\n## 程序")
        .finds(
            pure(fences::check),
            &[
                ("src/ch01/greet.md:5", "手写的一行"),
                ("src/ch01/greet.md:5", "缩进式代码块"),
            ],
        );
}

/// 用 HTML 也绕不过去。
fn raw_pre() {
    BookTest::new()
        .edit(PAGE, "## 程序", "<pre>$ ls</pre>\n\n## 程序")
        .finds(pure(fences::check), &[("src/ch01/greet.md:5", "<pre>")]);
}

/// 在 `## 程序` 之前插入一段，看报出哪几行；插入的从第 5 行起。
#[track_caller]
fn insert(text: &str, expected: &[(&str, &str)]) {
    let expected: Vec<(String, &str)> = expected
        .iter()
        .map(|(line, words)| (format!("{PAGE}:{line}"), *words))
        .collect();
    let expected: Vec<(&str, &str)> = expected
        .iter()
        .map(|(at, words)| (at.as_str(), *words))
        .collect();
    BookTest::new()
        .edit(PAGE, "## 程序", &format!("{text}\n\n## 程序"))
        .finds(pure(fences::check), &expected);
}

/// 列表里缩进的也是。
fn indented_code_in_list() {
    insert(
        "- 先敲：\n\n      cargo run",
        &[("7", "手写的一行"), ("7", "缩进式代码块")],
    );
}

/// HTML 的标签不分大小写，也能带属性。
fn raw_pre_in_capitals() {
    insert(
        "<PRE class=\"console\">\n$ ls\n</PRE>",
        &[("5", "手写的 <pre>")],
    );
}

/// 还有别的标签会把空格和换行原样留着。
fn other_raw_blocks() {
    insert(
        "<samp>\nok\n</samp>\n\n<textarea>x</textarea>\n\n<xmp>y</xmp>",
        &[("5", "<samp>"), ("9", "<textarea>"), ("11", "<xmp>")],
    );
}

/// 说到这个标签，可以。
fn pre_named_in_prose() {
    insert("代码块在网页里是 `<pre>`。", &[]);
}

/// 波浪线围起来的，样式一样，检查和读者都不习惯。
fn tilde_fence() {
    insert(
        &format!("~~~rust,ignore\n{RUST_INCLUDE}\n~~~"),
        &[("5", "~~~"), ("7", "~~~")],
    );
}

/// 引用展开成几行，只有第一行前面有 >：后面的都掉到外面去了。
fn fence_in_quote() {
    insert(
        &format!("> ```rust,ignore\n> {RUST_INCLUDE}\n> ```"),
        &[("5", "顶格"), ("6", "顶格"), ("7", "顶格")],
    );
}

/// 列表里也是：展开以后的第二行没有缩进，列表就断了。
fn fence_in_list() {
    insert(
        &format!("- 看：\n\n  ```rust,ignore\n  {RUST_INCLUDE}\n  ```"),
        &[("7", "顶格"), ("8", "顶格"), ("9", "顶格")],
    );
}

/// 引用后面跟着的话，会和最后一行连在一起。
fn include_with_words() {
    insert(
        &format!("```rust,ignore\n{RUST_INCLUDE} // 就是这里\n```"),
        &[("6", "就是这里")],
    );
}

/// 一行两条引用，会被认成一个奇怪的文件名。
fn two_includes_on_one_line() {
    insert(
        &format!("```rust,ignore\n{RUST_INCLUDE} {RUST_INCLUDE}\n```"),
        &[("6", "手写的一行")],
    );
}

/// 缩进的引用，只有第一行缩进。
fn indented_include() {
    insert(
        &format!("```rust,ignore\n  {RUST_INCLUDE}\n```"),
        &[("6", "顶格")],
    );
}

/// 四个反引号也能围，写法只留一种。
fn long_fence() {
    insert(
        &format!("````rust,ignore\n{RUST_INCLUDE}\n````"),
        &[("5", "````"), ("7", "````")],
    );
}

/// 没有结束的代码块，把后面的正文都吃了进去。
fn unclosed_fence() {
    BookTest::new()
        .edit(PAGE, "```\n\n</figure>\n\n## 图\n\n<figure class=\"drawing\" data-drawing=\"queue\">\n<figcaption>图 1-1　排队</figcaption>\n{{#include ../../listings/drawings/queue.svg}}\n</figure>\n", "\n后面的话。\n")
        .finds(
            pure(fences::check),
            &[("src/ch01/greet.md:24", "手写的一行"), ("src/ch01/greet.md:21", "没有结束")],
        );
}

/// editable 之类的词会让页面多出别的按钮。
fn words_after_language() {
    insert(
        &format!("```rust,ignore,editable\n{RUST_INCLUDE}\n```"),
        &[("5", "editable")],
    );
}

/// 程序按终端显示，没有高亮，也没有隐藏行。
fn program_as_console() {
    insert(
        &format!("```console\n{RUST_INCLUDE}\n```"),
        &[("5", "```rust,ignore")],
    );
}

/// 录音按 Rust 高亮，# 开头的行还会被藏起来。
fn transcript_as_rust() {
    insert(
        "```rust,ignore\n{{#include ../../listings/ch01/sessions/greet.shell.console}}\n```",
        &[("5", "```console")],
    );
}

/// 会话文件、清单、图，都不是给读者当代码看的。
fn session_file_as_code() {
    insert(
        "```console\n{{#include ../../listings/ch01/sessions/greet.toml}}\n```",
        &[("6", ".rs 或 .console")],
    );
}

/// 单独成段的行内代码，就是没有围起来的代码块。
fn code_span_alone() {
    insert(
        "敲：\n\n`cargo run -q --bin greet`\n\n`a`、`b`。\n\n- `c`",
        &[("7", "单独成段")],
    );
}

/// 行内代码里有换行，显示出来是一行。
fn code_over_several_lines() {
    insert("看 `let a = 1;\nlet b = 2;` 这两行。", &[("6", "let b")]);
}

/// HTML 的 <code> 里放几行，也是代码块。
fn code_in_html() {
    insert(
        "<div>\n<code>let a = 1;\nlet b = 2;</code>\n</div>",
        &[("7", "let b")],
    );
}

/// 找不到的页（404）也给人读。
fn code_in_the_not_found_page() {
    BookTest::new()
        .write("src/404.md", "# 没有\n\n```console\n$ ls\n```\n")
        .finds(pure(fences::check), &[("src/404.md:4", "$ ls")]);
}

/// 一页里的毛病一次说完。
fn many_at_once() {
    insert(
        "```\nlet x = 1;\nlet y = 2;\n```\n\n~~~console\n~~~",
        &[
            ("5", "语言"),
            ("6", "let x"),
            ("7", "let y"),
            ("10", "~~~"),
            ("10", "空的代码块"),
            ("11", "~~~"),
        ],
    );
}
