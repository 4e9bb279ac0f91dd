//! 中文的写法和用词。

use std::path::Path;

use book_tests::checks::{chinese, drawings};

use super::{BookTest, pure, tests};

tests!("chinese":
    missing_space, half_width_punctuation, wrong_term, quoted_term,
    every_kind_of_text, links_in_details, spaces_around_emphasis_and_code, half_width_signs, brackets, straight_quotes,
    other_quotes_and_dots, needless_spaces, full_width_letters, good_prose, hard_wrap, invisible_characters, wide_space, each_place_on_its_own,
    words_that_hold_a_term, term_in_code, comments_of_programs, messages_of_programs, readme_and_contributing, not_found_page, drawings_speak_too,
);

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

/// 检查一份 Markdown。
#[track_caller]
fn check_chinese(text: &str, expected: &[(&str, &str)]) {
    let findings = chinese::check_text(Path::new("page.md"), text);
    BookTest::new().finds(|_| Ok(findings), expected);
}

const PROGRAM: &str = "listings/ch01/src/bin/greet.rs";

/// 标题、表格、列表、引用、说明、折叠的答案、链接和图片的文字，都给人读。
fn every_kind_of_text() {
    let text = "\
# 用Rust写
## 读n个字节

| 表头a列 | 好 |
|---|---|
| 好 | 格子b里 |

- 列表c项

> 引用d句

> [!TIP]
> 提示e句

<figcaption>会话 1-1　说明f句</figcaption>

<details>
<summary>答案g句</summary>

折叠h句

</details>

[链接i句](x.md \"题目j句\")、![图k句](x.png)

<img src=\"x.png\" alt=\"图l句\">

[^1]：脚注

[^1]: 脚注m句
";
    check_chinese(
        text,
        &[
            ("page.md:1", "用 Rust 写"),
            ("page.md:2", "读 n 个"),
            ("page.md:4", "表头 a 列"),
            ("page.md:6", "格子 b 里"),
            ("page.md:8", "列表 c 项"),
            ("page.md:10", "引用 d 句"),
            ("page.md:13", "提示 e 句"),
            ("page.md:15", "说明 f 句"),
            ("page.md:18", "答案 g 句"),
            ("page.md:20", "折叠 h 句"),
            ("page.md:24", "链接 i 句"),
            ("page.md:24", "题目 j 句"),
            ("page.md:24", "图 k 句"),
            ("page.md:26", "图 l 句"),
            ("page.md:30", "脚注 m 句"),
        ],
    );
}

/// 链接前后不用空格，在 <details> 里也一样。
fn links_in_details() {
    check_chinese(
        "见[下文](x.md)里。\n\n<details>\n<summary>答案</summary>\n\n见[下文](x.md)里，再看 [listen 不会阻塞](x.md)这一节，还有 [not_a_file](x.md) 和**粗体**的字。\n\n</details>",
        &[],
    );
}

/// 强调和代码也是词，前后的空格一样要有。
fn spaces_around_emphasis_and_code() {
    check_chinese(
        "用**Rust**写\n\n调用`read`以后\n\n见[Rust](x.md)里\n\n`x`,再写",
        &[
            ("page.md:1", "用 Rust 写"),
            ("page.md:3", "调用 `read` 以后"),
            ("page.md:5", "见 Rust 里"),
            ("page.md:7", "`x`，再写"),
        ],
    );
}

/// 中文旁边的标点是全角的。
fn half_width_signs() {
    check_chinese(
        "errno:没有\n\n读到了;再读\n\n对吗?\n\n完了.\n\n好!再来\n\n先 a,再 b",
        &[
            ("page.md:1", "errno：没有"),
            ("page.md:3", "读到了；再读"),
            ("page.md:5", "对吗？"),
            ("page.md:7", "完了。"),
            ("page.md:9", "好！再来"),
            ("page.md:11", "先 a，再 b"),
        ],
    );
}

/// 括号也是。
fn brackets() {
    check_chinese(
        "套接字(socket)是端点\n\n套接字 (socket) 是端点\n\n先读(一次)，再写\n\n（半边)",
        &[
            ("page.md:1", "套接字（socket）是端点"),
            ("page.md:3", "套接字（socket）是端点"),
            ("page.md:5", "先读（一次），再写"),
            ("page.md:7", "（半边）"),
        ],
    );
}

/// 引号用“”。
fn straight_quotes() {
    check_chinese(
        "他说\"你好\"。\n\n叫做 \"粘 x\" 的",
        &[("page.md:1", "他说“你好”。"), ("page.md:3", "“粘 x”")],
    );
}

/// 别的引号和省略号。
fn other_quotes_and_dots() {
    check_chinese(
        "叫做「端点」。\n\n等...再说\n\n等。。。",
        &[
            ("page.md:1", "叫做“端点”。"),
            ("page.md:3", "等……再说"),
            ("page.md:5", "等……"),
        ],
    );
}

/// 汉字之间、全角标点前后，没有空格。
fn needless_spaces() {
    check_chinese(
        "先 读再写\n\n读 `x` ，再写\n\n先读， 再写\n\n见 [下文](x.md)里",
        &[
            ("page.md:1", "先读再写"),
            ("page.md:3", "`x`，再写"),
            ("page.md:5", "先读，再写"),
            ("page.md:7", "见下文里"),
        ],
    );
}

/// 全角的字母和数字。
fn full_width_letters() {
    check_chinese(
        "端口 ９１９０ 和 ＴＣＰ",
        &[("page.md:1", "端口 9190 和 TCP")],
    );
}

/// 写得对的，哪一条都不该报。
fn good_prose() {
    let lines = [
        "127.0.0.1：127 开头的都是环回地址。",
        "“新客户端：127.0.0.1:五位数”，就是这样来的。",
        "## 1-(1) 套接字的作用",
        "先是 read()，返回 0；再是 close(3)。",
        "返回值 -1 表示出错：`EINTR`（被打断）、`EAGAIN`。",
        "写 → 读，12 / 12 / 13，3～5 个，50% 的人，A/B 两种。",
        "TCP/IP、I/O、Rust 2024，第 1 章。",
        "他问：“好了吗？”——好了……",
        "Message from server: Hello World!",
        "`a`、`b` 和 `c`。",
        "“hello”后面是 NUL。",
        "[第 2 章](x.md)会讲。",
        "按 Ctrl-C，再 `wait $!`。",
        "1. 先读\n2. 再写",
        "见 README.md、src/main.rs。",
        "**词**（说明）。",
        "**数据不丢。** 丢了的由内核重传；说 **“好”** 的是它。",
        "“Hello World!”，然后退出。",
        "《TCP/IP 网络编程》",
        "- [ ] 做完",
        "端口 9190，fd = 3，errno 是 98。",
        "`Cargo.toml` 里写 `libc = \"0.2\"`。",
    ];
    for line in lines {
        check_chinese(line, &[]);
    }
}

/// 硬换行会渲染成空格。
fn hard_wrap() {
    check_chinese(
        "先读一段，\n再写一段。\n\n- 列表也\n  一样\n\n两个空格  \n换行",
        &[
            ("page.md:2", "一段写成一行"),
            ("page.md:5", "一段写成一行"),
            ("page.md:8", "一段写成一行"),
        ],
    );
}

/// 从网页上抄来的看不见的字符：搜不到，也对不齐；有的还会把后面的字倒过来。
fn invisible_characters() {
    BookTest::new()
        .edit(PROGRAM, "fn main", "// 从\u{202e}右往左\nfn main")
        .edit(
            "src/ch01/greet.md",
            "## 程序",
            "零\u{200b}宽，不换行\u{a0}空格。\n\n## 程序",
        )
        .write("README.md", "\u{feff}# 书\n")
        .finds(
            pure(chinese::check),
            &[
                ("listings/ch01/src/bin/greet.rs:4", "U+202E"),
                ("src/ch01/greet.md:5", "U+200B"),
                ("src/ch01/greet.md:5", "U+00A0"),
                ("README.md:1", "U+FEFF"),
            ],
        );
}

/// 全角空格只在图框的编号后面。
fn wide_space() {
    check_chinese("　　先读一段。", &[("page.md:1", "全角空格")]);
}

/// 一段里有几处，每一处都报。
fn each_place_on_its_own() {
    check_chinese(
        "用Rust写的程序在这里等着对端发来第一个字节,然后继续往下再读n个。服务端和对方主机",
        &[
            ("page.md:1", "用 Rust 写"),
            ("page.md:1", "字节，然后"),
            ("page.md:1", "读 n 个"),
            ("page.md:1", "服务器"),
            ("page.md:1", "对端"),
        ],
    );
}

/// 别的词里正好有这几个字。
fn words_that_hold_a_term() {
    check_chinese("这一部分包含三个服务端口。", &[]);
}

/// 代码里的字不归术语管。
fn term_in_code() {
    check_chinese("变量叫 `服务端`。", &[]);
}

/// 程序里的注释，读者要读。
fn comments_of_programs() {
    BookTest::new()
        .edit(PROGRAM, "fn main", "/// 用Rust写,给服务端。\nfn main")
        .edit(
            PROGRAM,
            "    println",
            "    // SAFETY: fd是我们的\n    println",
        )
        .finds(
            pure(chinese::check),
            &[
                ("listings/ch01/src/bin/greet.rs:4", "用 Rust 写，给服务"),
                ("listings/ch01/src/bin/greet.rs:4", "服务器"),
                ("listings/ch01/src/bin/greet.rs:6", "fd 是我们的"),
            ],
        );
}

/// 程序打印的话，也要读。花括号里印出什么不知道；空格用来对齐，引号里是别的语言。
fn messages_of_programs() {
    BookTest::new()
        .edit(
            PROGRAM,
            "println!(\"你好\")",
            "println!(\"你好:{}\", 1);\n    println!(\"读到n个{n}\");\n    println!(\"序号 {what}端口  stdin ：{err}（{kind}）\\n再见\");\n    sh(\"echo \\\"你好\\\"; x\")",
        )
        .finds(
            pure(chinese::check),
            &[("listings/ch01/src/bin/greet.rs:5", "你好："), ("listings/ch01/src/bin/greet.rs:6", "读到 n 个")],
        );
}

/// 贡献者和路过的人也读中文。
fn readme_and_contributing() {
    BookTest::new()
        .write("README.md", "# 书\n\n用Rust写。\n\n```sh\n用Rust写\n```\n")
        .write("CONTRIBUTING.md", "| 表 |\n|---|\n| 用Rust写 |\n")
        .edit("src/SUMMARY.md", "[打招呼]", "[打1次招呼]")
        .finds(
            pure(chinese::check),
            &[
                ("README.md:3", "用 Rust"),
                ("CONTRIBUTING.md:3", "用 Rust"),
                ("src/SUMMARY.md:3", "打 1 次"),
            ],
        );
}

/// 找不到的页（404）也给人读。
fn not_found_page() {
    BookTest::new()
        .write("src/404.md", "# 没有\n\n用Rust写。\n")
        .finds(pure(chinese::check), &[("src/404.md:3", "用 Rust")]);
}

/// 图里的字：标题、说明、标签。
fn drawings_speak_too() {
    BookTest::new()
        .edit("listings/drawings/queue.svg", ">队列<", ">队列A,甲<")
        .edit("listings/drawings/queue.svg", "一条线，", "一条线,")
        .edit(
            "listings/drawings/queue.svg",
            ">排队</text>",
            ">排n队</text>",
        )
        .finds(
            pure(drawings::check),
            &[
                ("listings/drawings/queue.svg:2", "队列 A，甲"),
                ("listings/drawings/queue.svg:3", "一条线，"),
                ("listings/drawings/queue.svg:5", "排 n 队"),
            ],
        );
}
