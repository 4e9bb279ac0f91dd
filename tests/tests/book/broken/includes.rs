//! 引用的文件和标记都在，写法固定。

use book_tests::checks::includes;

use super::{BookTest, pure, tests};

tests!("includes":
    missing_file, missing_anchor, empty_anchor, unmatched_anchor, whole_file_with_anchors, include_outside_fence, include_outside_listings, plain_include_of_anchor, line_range,
    anchor_of_transcript, rustdoc_line_range, rustdoc_single_line, absolute_path, include_in_comment, fence_in_comment, include_in_code_span,
    other_directives, escaped_include, directive_in_program, directive_in_transcript,
    overlapping_anchors, nested_anchors, anchor_twice, end_twice, marker_after_code, marker_with_words, marker_without_space,
    marker_without_colon, marker_in_capitals_only, numbered_anchor, anchor_with_dash, every_problem_at_once,
);

const PAGE: &str = "src/ch01/greet.md";
const PROGRAM: &str = "listings/ch01/src/bin/greet.rs";
const CONSOLE_INCLUDE: &str = "{{#include ../../listings/ch01/sessions/greet.shell.console}}";

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

/// 改程序，看报出哪几行；小书的 main 标记在第 3 到 7 行。
#[track_caller]
fn program(from: &str, to: &str, expected: &[(&str, &str)]) {
    let expected: Vec<(String, &str)> = expected
        .iter()
        .map(|(line, words)| (format!("{PROGRAM}:{line}"), *words))
        .collect();
    let expected: Vec<(&str, &str)> = expected
        .iter()
        .map(|(at, words)| (at.as_str(), *words))
        .collect();
    BookTest::new()
        .edit(PROGRAM, from, to)
        .finds(pure(includes::check), &expected);
}

/// 录音里没有标记。
fn anchor_of_transcript() {
    BookTest::new()
        .edit(PAGE, "greet.shell.console}}", "greet.shell.console:first}}")
        .finds(
            pure(includes::check),
            &[("src/ch01/greet.md:22", "整个引用")],
        );
}

/// 程序改一行，行号就指到别处去了；行号不是标记。
fn rustdoc_line_range() {
    BookTest::new()
        .edit(PAGE, "greet.rs:main}}", "greet.rs:4:6}}")
        .finds(
            pure(includes::check),
            &[("src/ch01/greet.md:11", "不用行号")],
        );
}

/// 一行也一样。
fn rustdoc_single_line() {
    BookTest::new()
        .edit(PAGE, "greet.rs:main}}", "greet.rs:4}}")
        .finds(
            pure(includes::check),
            &[("src/ch01/greet.md:11", "不用行号")],
        );
}

/// 这台机器上的文件，别的机器上没有。
fn absolute_path() {
    BookTest::new()
        .edit(
            PAGE,
            "../../listings/ch01/sessions/greet.shell.console",
            "/etc/hostname",
        )
        .finds(
            pure(includes::check),
            &[("src/ch01/greet.md:22", "/etc/hostname")],
        );
}

/// 注释里的引用 mdBook 照样展开，读者却看不见。
fn include_in_comment() {
    insert(
        &format!("<!-- {CONSOLE_INCLUDE} -->"),
        &[("5", "只出现在代码块里")],
    );
}

/// 注释掉的代码块也是。
fn fence_in_comment() {
    insert(
        &format!("<!--\n```console\n{CONSOLE_INCLUDE}\n```\n-->"),
        &[("7", "只出现在代码块里")],
    );
}

/// 行内代码里的引用也会展开。
fn include_in_code_span() {
    insert(
        "写 `{{#include x.rs}}` 就行。",
        &[("5", "只出现在代码块里")],
    );
}

/// mdBook 还有别的指令。
fn other_directives() {
    insert(
        "{{#title 别的题目}}\n\n{{#playground x.rs}}\n\n{{ #include x.rs }}",
        &[("5", "title"), ("7", "playground"), ("9", "#include")],
    );
}

/// 前面加反斜杠，读者看到的是一条没有展开的引用。
fn escaped_include() {
    insert("\\{{#include x.rs}}", &[("5", "只出现在代码块里")]);
}

/// 引用进来的文件里还有引用，mdBook 会接着展开。
fn directive_in_program() {
    program(
        "println",
        "// {{#include x}}\n    println",
        &[("5", "{{#include x}}")],
    );
}

/// 录音里也一样。
fn directive_in_transcript() {
    BookTest::new()
        .write(
            "listings/ch01/sessions/greet.shell.console",
            "$ ls\n{{#include x}}\n",
        )
        .finds(
            pure(includes::check),
            &[(
                "listings/ch01/sessions/greet.shell.console:2",
                "{{#include x}}",
            )],
        );
}

/// 两段交叉，多半是结束标记放错了地方。
fn overlapping_anchors() {
    program(
        "    println!(\"你好\");\n}\n// ANCHOR_END: main\n",
        "    // ANCHOR: hi\n    println!(\"你好\");\n}\n// ANCHOR_END: main\n// ANCHOR_END: hi\n",
        &[("5", "交叉")],
    );
}

/// 一段在另一段里面，可以。
fn nested_anchors() {
    program(
        "    println!(\"你好\");\n",
        "    // ANCHOR: hi\n    println!(\"你好\");\n    // ANCHOR_END: hi\n",
        &[],
    );
}

/// mdBook 只取第一段，第二段读者看不到。
fn anchor_twice() {
    program(
        "// ANCHOR_END: main\n",
        "// ANCHOR_END: main\n// ANCHOR: main\nfn more() {}\n// ANCHOR_END: main\n",
        &[("8", "ANCHOR: main")],
    );
}

/// 结束两次。
fn end_twice() {
    program(
        "// ANCHOR_END: main\n",
        "// ANCHOR_END: main\n\n// ANCHOR_END: main\n",
        &[("9", "ANCHOR_END: main")],
    );
}

/// 标记写在代码后面，mdBook 把这一行代码也去掉了。
fn marker_after_code() {
    program(
        "    println!(\"你好\");",
        "    println!(\"你好\"); // ANCHOR: hi\n    // ANCHOR_END: hi",
        &[("5", "自成一行")],
    );
}

/// 标记后面的话不会显示，也没有用。
fn marker_with_words() {
    program(
        "// ANCHOR: main",
        "// ANCHOR: main 主函数",
        &[("3", "自成一行")],
    );
}

/// 写法只有一种，搜得到。
fn marker_without_space() {
    program("// ANCHOR: main", "//ANCHOR:main", &[("3", "自成一行")]);
}

/// 少了冒号就不是标记，会露在页面上。
fn marker_without_colon() {
    BookTest::new()
        .edit(PROGRAM, "// ANCHOR: main", "// ANCHOR main")
        .finds(
            pure(includes::check),
            &[
                ("listings/ch01/src/bin/greet.rs:3", "自成一行"),
                ("listings/ch01/src/bin/greet.rs:7", "ANCHOR_END: main"),
                ("src/ch01/greet.md:11", "没有这个标记"),
            ],
        );
}

/// 小写的也不是标记。
fn marker_in_capitals_only() {
    BookTest::new()
        .edit(PROGRAM, "// ANCHOR_END: main", "// anchor_end: main")
        .finds(
            pure(includes::check),
            &[
                ("listings/ch01/src/bin/greet.rs:3", "ANCHOR: main"),
                ("listings/ch01/src/bin/greet.rs:7", "自成一行"),
                ("src/ch01/greet.md:11", "没有这个标记"),
            ],
        );
}

/// 名字是数字的标记，mdBook 会当成行号。
fn numbered_anchor() {
    program(
        "println!(\"你好\");",
        "// ANCHOR: 2\n    println!(\"你好\");\n    // ANCHOR_END: 2",
        &[("5", "小写字母"), ("7", "小写字母")],
    );
}

/// 名字里的点，mdBook 不认。
fn anchor_with_dash() {
    program(
        "println!(\"你好\");",
        "// ANCHOR: a.b\n    println!(\"你好\");\n    // ANCHOR_END: a.b",
        &[("5", "小写字母"), ("7", "小写字母")],
    );
}

/// 一处引用有两个毛病，一次说完。
fn every_problem_at_once() {
    BookTest::new()
        .write(
            PROGRAM,
            "//! 空。\n\n// ANCHOR: main\n// ANCHOR_END: main\nfn main() {}\n",
        )
        .edit(PAGE, "rustdoc_include", "include")
        .finds(
            pure(includes::check),
            &[
                ("src/ch01/greet.md:11", "空的"),
                ("src/ch01/greet.md:11", "rustdoc_include"),
            ],
        );
}

/// 在 `## 程序` 之前插入一段；插入的从第 5 行起。
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
        .finds(pure(includes::check), &expected);
}
