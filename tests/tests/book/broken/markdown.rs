//! 粗心的作者会写坏的 Markdown：生成得出来，读者看到的却不对。

use book_tests::checks::markdown;

use super::{BookTest, pure, tests};

tests!("markdown":
    unclosed_code, link_that_is_not, reference_without_target, footnote_without_text, unknown_alert,
    heading_without_space, placeholder_swallowed, pipe_in_table_code, short_row, good_table,
    two_titles, skipped_level, title_differs_from_summary, no_title, nothing_but_a_title, heading_with_full_stop, same_heading_twice,
    left_to_do, merge_conflict, details_not_closed, details_without_gap, details_on_one_line, stray_end_of_details, summary_left_out, good_details, signs_that_are_meant, word_left_in_program,
);

const PAGE: &str = "src/ch01/greet.md";

/// 在 `## 程序` 之前插入一段，看报出哪几行；插入的从第 5 行起。
#[track_caller]
fn insert(text: &str, expected: &[(u32, &str)]) {
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
        .finds(pure(markdown::check), &expected);
}

/// 少一个反引号，后面半页都不是代码。
fn unclosed_code() {
    insert("运行 `cargo run，再看。", &[(5, "`")]);
}

/// 中间多了空格、地址里有空格，都不是链接。
fn link_that_is_not() {
    insert(
        "见[下文] (#会话)。\n\n见[下文](a b.md)。\n\n见[下文](#会话。",
        &[(5, "](…)"), (7, "](…)"), (9, "](…)")],
    );
}

/// 没有定义的引用。
fn reference_without_target() {
    insert("见[下文][below]。", &[(5, "][")]);
}

/// 没有写的脚注。
fn footnote_without_text() {
    insert("见脚注[^1]。", &[(5, "[^")]);
}

/// 提示框的种类写错了。
fn unknown_alert() {
    insert("> [!WARN]\n> 小心。", &[(5, "[!")]);
}

/// # 后面少一个空格，就不是标题。
fn heading_without_space() {
    insert("##小节", &[(5, "##")]);
}

/// 尖括号里的英文被当成标签，读者看不见。
fn placeholder_swallowed() {
    insert(
        "用法：hello_client <IP> <端口>，还有 Vec<T>。",
        &[(5, "<IP>"), (5, "<T>")],
    );
}

/// 表格里的代码有 |，格子从那里断开。
fn pipe_in_table_code() {
    insert(
        "| 标志 | 用处 |\n|---|---|\n| `O_CREAT|O_TRUNC` | 清空 |",
        &[(7, "2 格"), (7, "`O_CREAT"), (7, "O_TRUNC`")],
    );
}

/// 少一格。
fn short_row() {
    insert(
        "| 标志 | 用处 |\n|---|---|\n| `O_CREAT` |\n| a | b | c |",
        &[(7, "2 格"), (8, "2 格")],
    );
}

/// 写对了的表格。
fn good_table() {
    insert(
        "| 标志 | 用处 |\n|---|---|\n| `O_CREAT\\|O_TRUNC` | 清空 |\n| | 空格子 |",
        &[],
    );
}

/// 一页一个题目。
fn two_titles() {
    insert("# 又一个题目", &[(5, "一个 #")]);
}

/// 从 ## 跳到 ####。
fn skipped_level() {
    insert("## 一\n\n#### 二", &[(7, "###")]);
}

/// 目录里叫一个名字，页上叫另一个。
fn title_differs_from_summary() {
    BookTest::new()
        .edit(PAGE, "# 打招呼", "# 问好")
        .finds(pure(markdown::check), &[("src/ch01/greet.md:1", "打招呼")]);
}

/// 没有题目的页。
fn no_title() {
    BookTest::new().edit(PAGE, "# 打招呼\n\n", "").finds(
        pure(markdown::check),
        &[("src/ch01/greet.md:1", "# 打招呼")],
    );
}

/// 占着位置、还没写的页。
fn nothing_but_a_title() {
    BookTest::new()
        .write("src/ch01/later.md", "# 以后\n")
        .edit(
            "src/SUMMARY.md",
            "(ch01/greet.md)\n",
            "(ch01/greet.md)\n- [以后](ch01/later.md)\n",
        )
        .finds(
            pure(markdown::check),
            &[("src/ch01/later.md:1", "只有题目")],
        );
}

/// 标题不是句子。
fn heading_with_full_stop() {
    insert("## 先读。\n\n## 为什么？", &[(5, "标点")]);
}

/// 同名的两节，链接只到得了第一节。
fn same_heading_twice() {
    insert("## 会话", &[(18, "两次")]);
}

/// 留给自己的话，读者会看到。
fn left_to_do() {
    insert(
        "TODO：补一张图。\n\n这里待补。\n\n<!-- FIXME 再想想 -->",
        &[(5, "TODO"), (7, "待补"), (9, "FIXME")],
    );
}

/// 程序里留着的也是。
fn word_left_in_program() {
    BookTest::new()
        .edit(
            "listings/ch01/src/bin/greet.rs",
            "fn main",
            "// TODO：处理短读\nfn main",
        )
        .finds(
            pure(markdown::check),
            &[("listings/ch01/src/bin/greet.rs:4", "TODO")],
        );
}

/// 合并到一半的页。
fn merge_conflict() {
    insert(
        "<<<<<<< HEAD\n甲\n=======\n乙\n>>>>>>> other",
        &[(5, "<<<<<<<"), (7, "======="), (9, ">>>>>>>")],
    );
}

/// 没有结束的答案，把后面的正文都折了进去。
fn details_not_closed() {
    insert(
        "<details>\n<summary>答案</summary>\n\n好。",
        &[(5, "</details>")],
    );
}

/// 没有空行，里面的 Markdown 原样露出来。
fn details_without_gap() {
    insert(
        "<details>\n<summary>答案</summary>\n**好**。\n</details>",
        &[(7, "空行"), (8, "空行")],
    );
}

/// 挤在一行里。
fn details_on_one_line() {
    insert(
        "<details><summary>答案</summary>\n\n好。\n\n</details> 完。",
        &[(5, "<details> 自成一行"), (9, "</details> 自成一行")],
    );
}

/// 多出来的结束标签。
fn stray_end_of_details() {
    insert("好。\n\n</details>", &[(7, "多出来的")]);
}

/// 没有写点哪里展开。
fn summary_left_out() {
    insert("<details>\n\n好。\n\n</details>", &[(6, "<summary>")]);
}

/// 固定的写法。
fn good_details() {
    insert(
        "<details>\n<summary>答案</summary>\n\n**好**。\n\n</details>",
        &[],
    );
}

/// 这些写法都是有意的。
fn signs_that_are_meant() {
    insert(
        "数组 [1, 2]、`a[0]`、`` ` ``、5 < 6、`Vec<T>`、`<IP>`，按 <kbd>Ctrl</kbd>，换行<br>再写。\n\n> [!TIP]\n> 好。",
        &[],
    );
}
