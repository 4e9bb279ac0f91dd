//! “实验台”那一页上的程序表与 listings 一致。

use book_tests::checks::lab_page;

use super::{BookTest, pure, tests};

tests!("lab_page":
    lab_page_right, lab_page_wrong_row, lab_page_without_row, lab_page_with_stray_row, lab_page_missing,
);

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
