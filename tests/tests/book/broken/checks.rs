//! 检查页面、程序、会话的各项检查。

use std::path::Path;

use book_tests::book::Book;
use book_tests::checks::{
    api_paths, chinese, coverage, drawings, fences, figures, html, includes, inline_code, lab_page,
    standalone,
};
use book_tests::finding::Finding;

use super::{BookTest, tests};
use crate::stage;

tests!("checks":
    good_book, fence_with_code, fence_without_language, indented_code, raw_pre,
    missing_file, missing_anchor, empty_anchor, unmatched_anchor, whole_file_with_anchors,
    include_outside_fence, include_outside_listings, plain_include_of_anchor, line_range,
    program_on_no_page, anchor_on_no_page, session_on_no_page, program_in_no_session,
    stray_transcript, page_not_in_summary, summary_without_page,
    fence_outside_figure, wrong_caption, wrong_number, wrong_program, unknown_session,
    terminal_left_out, unknown_class, caption_missing, number_is_reused_for_the_same_program,
    module_in_program, include_in_program, foreign_crate, duplicate_name, no_bin_entry,
    bin_without_test_false, no_description,
    command_never_run, error_never_seen, program_never_run_like_that,
    bad_api_path, bad_method, good_api_paths,
    broken_link, broken_fragment, missing_image, external_script, absolute_link, leaked_marker, bold_that_is_not,
    lab_page_right, lab_page_wrong_row, lab_page_without_row, lab_page_with_stray_row, lab_page_missing,
    missing_space, half_width_punctuation, wrong_term, quoted_term,
);

const PAGE: &str = "src/ch01/greet.md";
const PROGRAM: &str = "listings/ch01/src/bin/greet.rs";
const MANIFEST: &str = "listings/ch01/Cargo.toml";

type Check = fn(&Book) -> Result<Vec<Finding>, String>;

fn pure(check: fn(&Book) -> Vec<Finding>) -> impl Fn(&Book) -> Result<Vec<Finding>, String> {
    move |book| Ok(check(book))
}

fn api(book: &Book) -> Result<Vec<Finding>, String> {
    let libc = stage::programs()?.libc.as_deref().ok_or("没有 libc")?;
    api_paths::check(book, libc, &book.root.join("target"))
}

fn rendered(book: &Book) -> Result<Vec<Finding>, String> {
    let output = book.root.join("rendered");
    html::render(&book.root, &output)?;
    html::check(book, &output)
}

/// 没坏的书，哪项检查都不出声；否则下面的每一项都说明不了什么。
fn good_book() {
    let checks: [Check; 10] = [
        |book| Ok(fences::check(book)),
        |book| Ok(includes::check(book)),
        |book| Ok(coverage::check(book)),
        |book| Ok(figures::check(book)),
        |book| Ok(drawings::check(book)),
        |book| Ok(standalone::check(book)),
        |book| Ok(inline_code::check(book)),
        |book| Ok(chinese::check(book)),
        api,
        rendered,
    ];
    for check in checks {
        BookTest::new().finds(check, &[]);
    }
}

const RUST_INCLUDE: &str = "{{#rustdoc_include ../../listings/ch01/src/bin/greet.rs:main}}";
const CONSOLE_INCLUDE: &str = "{{#include ../../listings/ch01/sessions/greet.shell.console}}";

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

/// mdBook 对缺文件只打一条警告。
fn missing_file() {
    BookTest::new()
        .edit(PAGE, "greet.shell.console}}", "nobody.shell.console}}")
        .finds(
            pure(includes::check),
            &[("src/ch01/greet.md:22", "nobody.shell.console")],
        );
}

/// mdBook 对 rustdoc_include 缺标记不出声，整个文件都成了隐藏行。
fn missing_anchor() {
    BookTest::new()
        .edit(PAGE, "greet.rs:main}}", "greet.rs:body}}")
        .finds(
            pure(includes::check),
            &[("src/ch01/greet.md:11", "标记 body")],
        );
}

/// 空的标记会显示成空的代码块。
fn empty_anchor() {
    BookTest::new()
        .write(
            PROGRAM,
            "//! 空。\n\n// ANCHOR: main\n\n// ANCHOR_END: main\nfn main() {}\n",
        )
        .finds(pure(includes::check), &[("src/ch01/greet.md:11", "空的")]);
}

/// 少了 ANCHOR_END，mdBook 会一直取到文件末尾。
fn unmatched_anchor() {
    BookTest::new()
        .edit(PROGRAM, "// ANCHOR_END: main\n", "")
        .finds(
            pure(includes::check),
            &[
                ("src/ch01/greet.md:11", "没有这个标记"),
                ("listings/ch01/src/bin/greet.rs:3", "ANCHOR: main"),
            ],
        );
}

/// 整个引用时，标记那几行会露在页面上。
fn whole_file_with_anchors() {
    BookTest::new()
        .edit(PAGE, "greet.rs:main}}", "greet.rs}}")
        .finds(
            pure(includes::check),
            &[("src/ch01/greet.md:11", "整个引用")],
        );
}

/// 代码块外面的引用逃过了别的检查。
fn include_outside_fence() {
    BookTest::new()
        .edit(PAGE, "## 程序", &format!("{CONSOLE_INCLUDE}\n\n## 程序"))
        .finds(
            pure(includes::check),
            &[("src/ch01/greet.md:5", "只出现在代码块里")],
        );
}

/// 放在 src 里的代码没有测试跑它。
fn include_outside_listings() {
    BookTest::new()
        .write("src/ch01/hidden.console", "$ ls\n")
        .edit(PAGE, CONSOLE_INCLUDE, "{{#include hidden.console}}")
        .finds(
            pure(includes::check),
            &[("src/ch01/greet.md:22", "src/ch01/hidden.console")],
        );
}

/// include 取出的片段没有隐藏行，读者点开看不到其余的程序。
fn plain_include_of_anchor() {
    BookTest::new()
        .edit(PAGE, "rustdoc_include", "include")
        .finds(
            pure(includes::check),
            &[("src/ch01/greet.md:11", "rustdoc_include")],
        );
}

/// 录音重录以后，行号就指到别处去了。
fn line_range() {
    BookTest::new()
        .edit(PAGE, "greet.shell.console}}", "greet.shell.console:1:2}}")
        .finds(pure(includes::check), &[("src/ch01/greet.md:22", ":1:2")]);
}

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

/// 拆成几个文件的程序，抄走一个不能编译。
fn module_in_program() {
    BookTest::new()
        .edit(PROGRAM, "fn main", "mod helper;\nfn main")
        .finds(
            pure(standalone::check),
            &[("listings/ch01/src/bin/greet.rs:4", "mod helper;")],
        );
}

/// include! 也是拆成几个文件。
fn include_in_program() {
    BookTest::new()
        .edit(
            PROGRAM,
            "println!(\"你好\")",
            "println!(include_str!(\"x\"))",
        )
        .finds(
            pure(standalone::check),
            &[("listings/ch01/src/bin/greet.rs:5", "include")],
        );
}

/// 别的 crate，读者抄走以后要另外安装。
fn foreign_crate() {
    BookTest::new()
        .edit(PROGRAM, "fn main", "use socket2::Socket;\nfn main")
        .finds(
            pure(standalone::check),
            &[("listings/ch01/src/bin/greet.rs:4", "只用 std 和 libc")],
        );
}

/// 重名的程序，cargo run --bin 不知道跑哪一个。
fn duplicate_name() {
    BookTest::new()
        .write(
            "listings/ch02/src/bin/greet.rs",
            "//! 重名。\nfn main() {}\n",
        )
        .write(
            "listings/ch02/Cargo.toml",
            "[[bin]]\nname = \"greet\"\ntest = false\n",
        )
        .finds(
            pure(standalone::check),
            &[(
                "listings/ch02/src/bin/greet.rs:1",
                "listings/ch01/src/bin/greet.rs 也叫 greet",
            )],
        );
}

/// 没登记的程序，cargo test 会为它打一屏 “running 0 tests”。
fn no_bin_entry() {
    BookTest::new().write(MANIFEST, "").finds(
        pure(standalone::check),
        &[("listings/ch01/Cargo.toml:1", "greet")],
    );
}

/// 登记了，却没写 test = false。
fn bin_without_test_false() {
    BookTest::new().edit(MANIFEST, "test = false\n", "").finds(
        pure(standalone::check),
        &[("listings/ch01/Cargo.toml:2", "test = false")],
    );
}

/// 打开文件第一眼就该知道它演示什么。
fn no_description() {
    BookTest::new()
        .edit(PROGRAM, "//! 打一声招呼。\n", "")
        .finds(
            pure(standalone::check),
            &[("listings/ch01/src/bin/greet.rs:1", "//!")],
        );
}

/// 正文叫读者敲一条从没跑过的命令。
fn command_never_run() {
    BookTest::new()
        .edit(
            PAGE,
            "`cargo run -q --bin greet`",
            "`cargo run --bin greet --fast`",
        )
        .finds(
            pure(inline_code::check),
            &[("src/ch01/greet.md:3", "--fast")],
        );
}

/// 正文写了一个从没出现过的错误。
fn error_never_seen() {
    BookTest::new()
        .edit(
            PAGE,
            "`cargo run -q --bin greet`",
            "`No such process (os error 3)`",
        )
        .finds(
            pure(inline_code::check),
            &[("src/ch01/greet.md:3", "os error 3")],
        );
}

/// 程序名加参数，也要真的那样跑过。
fn program_never_run_like_that() {
    BookTest::new()
        .edit(PAGE, "`cargo run -q --bin greet`", "`greet 9190`")
        .finds(
            pure(inline_code::check),
            &[("src/ch01/greet.md:3", "greet 9190")],
        );
}

/// 不存在的路径，也能说出是哪一行。
fn bad_api_path() {
    BookTest::new()
        .edit(PAGE, "## 程序", "调用 `libc::sokcet`。\n\n## 程序")
        .finds(api, &[("src/ch01/greet.md:5", "libc::sokcet")]);
}

/// 类型在，方法不在。
fn bad_method() {
    BookTest::new()
        .edit(
            PAGE,
            "## 程序",
            "调用 `TcpListener::listen(128)`。\n\n## 程序",
        )
        .finds(api, &[("src/ch01/greet.md:5", "TcpListener::listen")]);
}

/// 函数、常量、类型、trait 方法、泛型、模块都认得。
fn good_api_paths() {
    BookTest::new()
        .edit(PAGE, "## 程序", "`libc::socket`、`libc::SO_REUSEADDR`、`std::io::Result<()>`、`TcpStream::connect(addr)`、`Read::read_exact`、`io::Error`、`std::net`。\n\n## 程序")
        .finds(api, &[]);
}

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

const LAB_ROW: &str = "| [打招呼](ch01/greet.md) | `greet` |";

/// 有“实验台”那一页的小书。
fn with_lab(table: &str) -> BookTest {
    let text = format!("# 实验台\n\n| 页 | 程序 |\n|---|---|\n{table}\n");
    BookTest::new()
        .edit(
            "src/SUMMARY.md",
            "- [打招呼]",
            "- [实验台](lab.md)\n- [打招呼]",
        )
        .write(lab_page::PAGE, &text)
}

/// 表对了就不出声。
fn lab_page_right() {
    with_lab(LAB_ROW).finds(pure(lab_page::check), &[]);
}

/// 加了程序，表没有跟上，读者在实验台里就找不到它。
fn lab_page_wrong_row() {
    with_lab("| [打招呼](ch01/greet.md) | `great` |")
        .finds(pure(lab_page::check), &[("src/lab.md:5", LAB_ROW)]);
}

/// 整行漏了。
fn lab_page_without_row() {
    with_lab("").finds(pure(lab_page::check), &[("src/lab.md:1", LAB_ROW)]);
}

/// 多出来的一行，里面的程序已经没有了。
fn lab_page_with_stray_row() {
    let stray = "| [告别](ch01/bye.md) | `bye` |";
    with_lab(&format!("{LAB_ROW}\n{stray}"))
        .finds(pure(lab_page::check), &[("src/lab.md:6", "表到这里结束")]);
}

/// 页没有了，程序表也就没有了。
fn lab_page_missing() {
    BookTest::new().finds(pure(lab_page::check), &[("src/lab.md:1", "没有")]);
}
