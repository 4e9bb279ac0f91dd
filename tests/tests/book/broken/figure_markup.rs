//! 图框的写法：多一行少一行都报得出来。

use book_tests::checks::{coverage, figures, includes};

use super::{BookTest, pure, tests};

tests!("figure_markup":
    caption_on_the_same_line, words_after_the_end, words_in_fence, two_blank_lines, no_blank_after_fence, fence_not_closed, no_blank_before_end,
    paragraph_in_figure, code_in_figure, nested_figure, two_captions, unclosed_last_figure, unclosed_figure, stray_end, indented_figure, figure_in_quote, figure_named_in_prose, attribute_on_listing, attribute_on_drawing, run_on_drawing, single_quotes, program_named_as_session, markdown_in_caption, tag_in_caption, blank_caption, late_caption, no_blank_before_fence, two_fences_in_listing, two_includes_in_listing, console_in_listing, rust_in_session, two_transcripts_in_one_fence, whole_figure_on_one_line, commented_figure, number_that_no_figure_has, numbers_that_figures_have, all_at_once,
);

const PAGE: &str = "src/ch01/greet.md";
const LISTING: &str = "<figure class=\"listing\" data-program=\"greet\">\n";
const LISTING_INCLUDE: &str =
    "{{#rustdoc_include ../../listings/ch01/src/bin/greet.rs:main}}\n```\n";
const TRANSCRIPT: &str = "{{#include ../../listings/ch01/sessions/greet.shell.console}}\n```\n";

/// 页面里改一处，看报出哪几行。
#[track_caller]
fn page(from: &str, to: &str, expected: &[(&str, &str)]) {
    let expected: Vec<(String, &str)> = expected
        .iter()
        .map(|(line, words)| (format!("{PAGE}:{line}"), *words))
        .collect();
    let expected: Vec<(&str, &str)> = expected
        .iter()
        .map(|(at, words)| (at.as_str(), *words))
        .collect();
    BookTest::new()
        .edit(PAGE, from, to)
        .finds(pure(figures::check), &expected);
}

/// 图框里的话，按钮和样式都不认得。
fn paragraph_in_figure() {
    let to = format!("{LISTING_INCLUDE}\n先看这一段。\n");
    page(LISTING_INCLUDE, &to, &[("14", "先看这一段。")]);
}

/// 手写的代码换个地方，还是手写的代码。
fn code_in_figure() {
    let to = format!("{LISTING_INCLUDE}\n<code>let x = 1;</code>\n");
    page(LISTING_INCLUDE, &to, &[("14", "let x = 1;")]);
}

/// 图框里套图框：里面那个结束了，外面那个就没有了结尾。
fn nested_figure() {
    let inner = "<figure class=\"listing\" data-program=\"greet\">\n<figcaption>程序 1-1　<code>listings/ch01/src/bin/greet.rs</code></figcaption>\n\n```rust,ignore\n{{#rustdoc_include ../../listings/ch01/src/bin/greet.rs:main}}\n```\n\n</figure>\n";
    let to = format!("{LISTING_INCLUDE}\n{inner}");
    page(
        LISTING_INCLUDE,
        &to,
        &[("7", "</figure>"), ("23", "</figure>")],
    );
}

/// 两句说明，页面只认第一句，检查只看了最后一句。
fn two_captions() {
    page(
        "<figcaption>会话 1-1",
        "<figcaption>随便写的</figcaption>\n<figcaption>会话 1-1",
        &[("19", "随便写的"), ("20", "会话 1-1")],
    );
}

/// 最后一个图框没有结束，后面的正文都进了图框。
fn unclosed_last_figure() {
    let drawing = "## 图\n\n<figure class=\"drawing\" data-drawing=\"queue\">\n<figcaption>图 1-1　排队</figcaption>\n{{#include ../../listings/drawings/queue.svg}}\n</figure>\n";
    let from = format!("{TRANSCRIPT}\n</figure>\n\n{drawing}");
    page(
        &from,
        &format!("{TRANSCRIPT}\n后面的话。\n"),
        &[("18", "</figure>"), ("25", "后面的话。")],
    );
}

/// 中间的也一样。
fn unclosed_figure() {
    let to = LISTING_INCLUDE;
    let from = format!("{LISTING_INCLUDE}\n</figure>\n");
    page(&from, to, &[("7", "</figure>"), ("14", "## 会话")]);
}

/// 多出来的结束标签。
fn stray_end() {
    page("## 图", "</figure>\n\n## 图", &[("27", "</figure>")]);
}

/// 缩进的图框，按行找的检查看不见。
fn indented_figure() {
    page(
        "<figure class=\"drawing\"",
        "  <figure class=\"drawing\"",
        &[("29", "顶格"), ("30", "顶格"), ("32", "顶格")],
    );
}

/// 引用块里的图框也是。
fn figure_in_quote() {
    page(
        "## 图",
        "> <figure class=\"listing\">\n> </figure>\n\n## 图",
        &[("27", "顶格"), ("28", "顶格")],
    );
}

/// 正文里说到这个标签，可以。
fn figure_named_in_prose() {
    page(
        "## 图",
        "图框用 `<figure>` 写，见 `</figure>`。\n\n## 图",
        &[],
    );
}

/// 样式和按钮认的是这几个属性，别的写了也没有用。
fn attribute_on_listing() {
    page(
        LISTING,
        "<figure class=\"listing\" id=\"a\" data-program=\"greet\">\n",
        &[("7", "id=\"a\"")],
    );
}

/// 图的图框也一样。
fn attribute_on_drawing() {
    page(
        "data-drawing=\"queue\"",
        "data-drawing=\"queue\" style=\"width: 50%\"",
        &[("29", "style=")],
    );
}

/// 图不能运行。
fn run_on_drawing() {
    page(
        "data-drawing=\"queue\"",
        "data-drawing=\"queue\" data-run",
        &[("29", "data-run")],
    );
}

/// 单引号在 HTML 里也对，但检查和样式都按双引号找。
fn single_quotes() {
    page(
        LISTING,
        "<figure class='listing' data-program='greet'>\n",
        &[("7", "class=")],
    );
}

/// 属性的名字写错了。
fn program_named_as_session() {
    page(
        LISTING,
        "<figure class=\"listing\" data-session=\"greet\">\n",
        &[("7", "data-program=\"greet\"")],
    );
}

/// 说明是 HTML，里面的 Markdown 原样露出来。
fn markdown_in_caption() {
    page(
        "打一声招呼",
        "用 `greet` **打**一声[招呼](#程序)",
        &[("19", "<code>")],
    );
}

/// 说明里只有文字和代码。
fn tag_in_caption() {
    page("打一声招呼", "打一声<b>招呼</b>", &[("19", "<b>")]);
}

/// 只有编号的说明。
fn blank_caption() {
    page("会话 1-1　打一声招呼", "会话 1-1　 ", &[("19", "一句说明")]);
}

/// 说明紧跟在 <figure> 后面；隔了空行，Markdown 会给它套一个 <p>。
fn late_caption() {
    page(
        "<figcaption>会话 1-1",
        "\n<figcaption>会话 1-1",
        &[("18", "紧跟")],
    );
}

/// 没有空行，代码块就不是代码块，是一段 HTML。
fn no_blank_before_fence() {
    page(
        "</figcaption>\n\n```console",
        "</figcaption>\n```console",
        &[("18", "依次引用"), ("20", "空行")],
    );
}

/// 同一个程序的两段可以放在一个图框里。
fn two_fences_in_listing() {
    let to = format!("{LISTING_INCLUDE}\n```rust,ignore\n{LISTING_INCLUDE}");
    page(LISTING_INCLUDE, &to, &[]);
}

/// 挤在一个代码块里，“整个文件”会把程序拼上两遍。
fn two_includes_in_listing() {
    let one = LISTING_INCLUDE.replace("```\n", "");
    page(
        LISTING_INCLUDE,
        &format!("{one}{LISTING_INCLUDE}"),
        &[("12", "每个代码块一条引用")],
    );
}

/// 程序的图框里是 Rust。
fn console_in_listing() {
    page("```rust,ignore", "```console", &[("10", "```rust,ignore")]);
}

/// 会话的图框里是终端。
fn rust_in_session() {
    page("```console", "```rust,ignore", &[("21", "```console")]);
}

/// 两个终端挤在一个代码块里，页面只给它一个标题。
fn two_transcripts_in_one_fence() {
    BookTest::new()
        .write(
            "listings/ch01/sessions/greet.toml",
            "terminals = [\"shell\", \"other\"]\n[[step]]\nin = \"shell\"\ntype = \"cargo run -q --bin greet\"\n[[step]]\nin = \"other\"\ntype = \"ls\"\n",
        )
        .edit(PAGE, "data-terminals=\"shell\" data-order=\"1\"", "data-terminals=\"shell other\" data-order=\"1 2\"")
        .edit(PAGE, TRANSCRIPT, &format!("{}{}", TRANSCRIPT.replace("```\n", ""), TRANSCRIPT.replace("shell", "other")))
        .finds(pure(figures::check), &[("src/ch01/greet.md:23", "每个代码块一条引用")]);
}

/// 挤在一行里的，检查一处也看不见。
fn whole_figure_on_one_line() {
    page(
        "queue.svg}}\n</figure>\n",
        "queue.svg}}</figure>\n",
        &[
            ("29", "没有"),
            ("31", "只有说明和引用"),
            ("29", "queue.svg"),
        ],
    );
}

/// 注释掉的图框不算展示过。
fn commented_figure() {
    BookTest::new()
        .edit(PAGE, "## 图\n\n<figure", "## 图\n\n<!--\n<figure")
        .edit(
            PAGE,
            "queue.svg}}\n</figure>\n",
            "queue.svg}}\n</figure>\n-->\n",
        )
        .finds(
            |book| {
                let mut findings = figures::check(book);
                findings.extend(coverage::check(book));
                findings.extend(includes::check(book));
                Ok(findings)
            },
            &[
                ("listings/drawings/queue.svg:1", "有一页展示这幅图"),
                ("src/ch01/greet.md:32", "引用只出现在"),
            ],
        );
}

/// 正文说“见程序 1-2”，书里没有这个号。
fn number_that_no_figure_has() {
    page(
        "## 图",
        "见程序 1-2，还有**会话 1-3**和图 2-1。\n\n## 图",
        &[("27", "程序 1-2"), ("27", "会话 1-3"), ("27", "图 2-1")],
    );
}

/// 有的，前面后面都可以。
fn numbers_that_figures_have() {
    page(
        "运行 ",
        "见程序 1-1、会话 1-1、图 1-1，习题 1-(1)，截图 3-5。运行 ",
        &[],
    );
}

/// 一页里的毛病一次说完。
fn all_at_once() {
    BookTest::new()
        .edit(
            PAGE,
            LISTING,
            "<figure class=\"listing\" data-program=\"nobody\" id=\"a\">\n\n手写的。\n\n",
        )
        .edit(PAGE, "会话 1-1　", "会话 1-7　")
        .edit(PAGE, "图 1-1　排队", "图 1-9　")
        .finds(
            pure(figures::check),
            &[
                ("src/ch01/greet.md:7", "nobody"),
                ("src/ch01/greet.md:7", "id=\"a\""),
                ("src/ch01/greet.md:7", "紧跟"),
                ("src/ch01/greet.md:9", "手写的。"),
                ("src/ch01/greet.md:22", "会话 1-1　"),
                ("src/ch01/greet.md:33", "图 1-1　"),
            ],
        );
}

/// 说明挤在开始标签后面。
fn caption_on_the_same_line() {
    page(
        "data-drawing=\"queue\">\n",
        "data-drawing=\"queue\">",
        &[
            ("29", "<figure> 自成一行"),
            ("29", "<figure class=\"drawing\" data-drawing=\"queue\">"),
            ("29", "图框正好四行"),
            ("29", "一句说明"),
        ],
    );
}

/// 结束标签后面的话，进了图框外面的那一段 HTML。
fn words_after_the_end() {
    page(
        "queue.svg}}\n</figure>",
        "queue.svg}}\n</figure> 就是这样。",
        &[("32", "</figure> 自成一行")],
    );
}

/// 代码块里手写的一行。
fn words_in_fence() {
    let to = format!("let x = 1;\n{TRANSCRIPT}");
    page(TRANSCRIPT, &to, &[("22", "let x = 1;")]);
}

/// 空了两行。
fn two_blank_lines() {
    page(
        "</figcaption>\n\n```console",
        "</figcaption>\n\n\n```console",
        &[("21", "只空一行")],
    );
}

/// 代码块后面没有空行。
fn no_blank_after_fence() {
    let to = format!("{TRANSCRIPT}就是这样。\n");
    page(
        TRANSCRIPT,
        &to,
        &[("24", "代码块后面有一个空行"), ("24", "只有说明和引用")],
    );
}

/// 没有结束的代码块。
fn fence_not_closed() {
    let to = TRANSCRIPT.replace("```\n", "");
    page(
        &format!("{TRANSCRIPT}\n</figure>"),
        &format!("{to}\n</figure>"),
        &[
            ("18", "代码块用 ``` 结束"),
            ("18", "依次引用每个终端的录音"),
            ("23", "代码块里只有顶格的引用"),
        ],
    );
}

/// 结束标签紧跟着代码块，就成了代码块后面的一段话。
fn no_blank_before_end() {
    let from = format!("{TRANSCRIPT}\n</figure>");
    page(
        &from,
        &from.replace("\n\n", "\n"),
        &[("24", "</figure> 前面有一个空行")],
    );
}
