//! 图的各项检查：怎样放进页面，SVG 里面写得对不对。

use book_tests::checks::{coverage, drawings, figures, includes};

use super::{BookTest, pure, rendered, tests};

tests!("drawings":
    drawing_file_missing, not_a_drawing, drawing_outside_figure, wrong_drawing, drawing_number,
    drawing_number_is_shared, drawing_shown_twice, gap_in_figure, drawing_without_name,
    session_does_not_draw, session_drawing_on_no_page, stray_session_drawing, hand_drawing_on_no_page,
    blank_line, fixed_colour, theme_colours_are_fine, no_description, no_title, wrong_role, fixed_size,
    foreign_id, repeated_id, unlabelled, script_in_drawing, drawing_in_bad_chinese, no_svg,
    repeated_id_in_page, label_without_target, drawing_cut_in_half,
);

const PAGE: &str = "src/ch01/greet.md";
const SVG: &str = "listings/drawings/queue.svg";
const SESSION: &str = "listings/ch01/sessions/greet.toml";
const INCLUDE: &str = "{{#include ../../listings/drawings/queue.svg}}";
const TWO_TERMINALS: &str = "terminals = [\"server\", \"client\"]\ndraw = true\n[[step]]\nin = \"server\"\ntype = \"cargo run -q --bin greet\"\n[[step]]\nin = \"client\"\ntype = \"ls\"\n";

/// 把 SVG 里的一处改坏，看报出哪一行、说了什么。
#[track_caller]
fn svg(from: &str, to: &str, expected: &[(&str, &str)]) {
    BookTest::new()
        .edit(SVG, from, to)
        .finds(pure(drawings::check), expected);
}

/// 没有这幅图，页面上就是一个空框。
fn drawing_file_missing() {
    BookTest::new().edit(PAGE, "queue.svg", "none.svg").finds(
        pure(includes::check),
        &[("src/ch01/greet.md:31", "none.svg")],
    );
}

/// 图框里不经代码块的引用只能是图：录音会被当成 Markdown。
fn not_a_drawing() {
    BookTest::new()
        .edit(
            PAGE,
            INCLUDE,
            "{{#include ../../listings/ch01/sessions/greet.shell.console}}",
        )
        .finds(
            pure(includes::check),
            &[("src/ch01/greet.md:31", "一个 .svg")],
        );
}

/// 图框外面的图没有编号和说明。
fn drawing_outside_figure() {
    BookTest::new()
        .edit(PAGE, "## 图", &format!("{INCLUDE}\n\n## 图"))
        .finds(
            pure(includes::check),
            &[("src/ch01/greet.md:27", "图的引用在图框里")],
        );
}

/// data-drawing 说的和引用的不是一幅图。
fn wrong_drawing() {
    BookTest::new()
        .edit(PAGE, "data-drawing=\"queue\"", "data-drawing=\"stack\"")
        .finds(
            pure(figures::check),
            &[("src/ch01/greet.md:29", "listings/drawings/stack.svg")],
        );
}

/// 编号按出现的次序。
fn drawing_number() {
    BookTest::new().edit(PAGE, "图 1-1　", "图 1-3　").finds(
        pure(figures::check),
        &[("src/ch01/greet.md:30", "图 1-1　")],
    );
}

/// 会话画的图和手画的图合在一起编号。
fn drawing_number_is_shared() {
    let recorded = "<figure class=\"drawing\" data-drawing=\"ch01/pair\">\n<figcaption>图 1-1　两边</figcaption>\n{{#include ../../listings/ch01/sessions/pair.svg}}\n</figure>\n\n## 图";
    BookTest::new()
        .write("listings/ch01/sessions/pair.toml", TWO_TERMINALS)
        .edit(PAGE, "## 图", recorded)
        .finds(
            pure(figures::check),
            &[("src/ch01/greet.md:35", "图 1-2　")],
        );
}

/// 放两次，print.html 里的 id 就重复了。
fn drawing_shown_twice() {
    let again = format!(
        "<figure class=\"drawing\" data-drawing=\"queue\">\n<figcaption>图 1-1　排队</figcaption>\n{INCLUDE}\n</figure>\n\n## 图"
    );
    BookTest::new().edit(PAGE, "## 图", &again).finds(
        pure(figures::check),
        &[("src/ch01/greet.md:34", "一幅图只放一次")],
    );
}

/// 空行结束了 HTML，SVG 从这里起成了正文。
fn gap_in_figure() {
    BookTest::new()
        .edit(PAGE, INCLUDE, &format!("\n{INCLUDE}"))
        .finds(
            pure(figures::check),
            &[("src/ch01/greet.md:29", "正好四行")],
        );
}

/// 没有名字，就不知道该是哪一幅。
fn drawing_without_name() {
    BookTest::new()
        .edit(PAGE, " data-drawing=\"queue\"", "")
        .finds(
            pure(figures::check),
            &[("src/ch01/greet.md:29", "data-drawing=")],
        );
}

/// 那个会话没有要画图。
fn session_does_not_draw() {
    BookTest::new()
        .edit(
            PAGE,
            "data-drawing=\"queue\"",
            "data-drawing=\"ch01/greet\"",
        )
        .finds(
            pure(figures::check),
            &[("src/ch01/greet.md:29", "draw = true")],
        );
}

/// 画了却不给读者看。
fn session_drawing_on_no_page() {
    BookTest::new()
        .write(SESSION, TWO_TERMINALS)
        .write(
            "listings/ch01/sessions/greet.shell.console",
            "$ cargo run -q --bin greet\n",
        )
        .finds(
            pure(coverage::check),
            &[
                ("listings/ch01/sessions/greet.toml:1", "有一页展示它的图"),
                ("listings/ch01/sessions/greet.toml:1", "server 终端"),
                ("listings/ch01/sessions/greet.toml:1", "client 终端"),
                (
                    "listings/ch01/sessions/greet.shell.console:1",
                    "没有这样的会话",
                ),
            ],
        );
}

/// 会话不再画图以后留下的旧图。
fn stray_session_drawing() {
    BookTest::new()
        .write("listings/ch01/sessions/greet.svg", "<svg></svg>\n")
        .finds(
            pure(coverage::check),
            &[("listings/ch01/sessions/greet.svg:1", "draw = true")],
        );
}

/// 手画的图没有用上。
fn hand_drawing_on_no_page() {
    BookTest::new()
        .write("listings/drawings/spare.svg", "<svg></svg>\n")
        .finds(
            pure(coverage::check),
            &[("listings/drawings/spare.svg:1", "有一页展示这幅图")],
        );
}

/// 空行结束 Markdown 里的 HTML。
fn blank_line() {
    svg(
        "<path",
        "\n<path",
        &[("listings/drawings/queue.svg:4", "空行")],
    );
}

/// 写死的黑色在深色主题里看不见。
fn fixed_colour() {
    svg(
        "class=\"lane\"",
        "stroke=\"black\"",
        &[("listings/drawings/queue.svg:4", "stroke=\"black\"")],
    );
}

/// 跟着主题变的颜色可以直接写。
fn theme_colours_are_fine() {
    svg(
        "class=\"lane\"",
        "fill=\"none\" stroke=\"var(--links)\" color=\"currentColor\"",
        &[],
    );
}

/// 没有文字版，听屏幕的读者什么也得不到。
fn no_description() {
    svg(
        "一条线，上面写着“排队”。",
        "",
        &[("listings/drawings/queue.svg:3", "queue-desc")],
    );
}

/// 没有标题。
fn no_title() {
    svg(
        "<title id=\"queue-title\">队列</title>\n",
        "",
        &[("listings/drawings/queue.svg:1", "queue-title")],
    );
}

/// 没有 role，读屏软件会把里面的字一个个念出来。
fn wrong_role() {
    svg(
        "role=\"img\" ",
        "",
        &[("listings/drawings/queue.svg:1", "role=\"img\"")],
    );
}

/// 写死了宽，手机上放不下。
fn fixed_size() {
    svg(
        "viewBox",
        "width=\"800\" viewBox",
        &[("listings/drawings/queue.svg:1", "没有 width")],
    );
}

/// 不带自己名字的 id，会和别的图撞上。
fn foreign_id() {
    svg(
        "<path",
        "<path id=\"line\"",
        &[("listings/drawings/queue.svg:4", "以 queue- 开头")],
    );
}

/// 同一幅图里重复的 id。
fn repeated_id() {
    svg(
        "<path",
        "<path id=\"queue-title\"",
        &[("listings/drawings/queue.svg:2", "不重复")],
    );
}

/// 标题和说明要接在 svg 上。
fn unlabelled() {
    svg(
        "queue-title queue-desc",
        "queue-title",
        &[("listings/drawings/queue.svg:1", "queue-title queue-desc")],
    );
}

/// 图里不运行脚本，也不取别的文件。
fn script_in_drawing() {
    svg(
        "<path",
        "<script>1</script><path",
        &[("listings/drawings/queue.svg:4", "<script>")],
    );
}

/// 图里的字和正文守同样的规矩。
fn drawing_in_bad_chinese() {
    svg(
        ">排队<",
        ">accept排队<",
        &[("listings/drawings/queue.svg:5", "accept 排队")],
    );
}

/// 文件里没有图。
fn no_svg() {
    BookTest::new().write(SVG, "<p>图</p>\n").finds(
        pure(drawings::check),
        &[("listings/drawings/queue.svg:1", "<svg>")],
    );
}

/// 两处用了同一个 id，说明会指到另一处去。（mdBook 会给 print.html 里的换号，那里报的是另一项。）
fn repeated_id_in_page() {
    BookTest::new()
        .edit(SVG, "<path", "<path id=\"queue-title\"")
        .finds(
            rendered,
            &[
                ("src/ch01/greet.md:1", "id 不重复"),
                ("index.html:1", "id 不重复"),
            ],
        );
}

/// 标题和说明在，图却没有指向它们。
fn label_without_target() {
    BookTest::new()
        .edit(SVG, "queue-title queue-desc", "queue-title elsewhere")
        .finds(
            rendered,
            &[
                ("src/ch01/greet.md:1", "elsewhere"),
                ("index.html:1", "elsewhere"),
                ("print.html:1", "elsewhere"),
            ],
        );
}

/// 生成的网页里，图没有了说明。
fn drawing_cut_in_half() {
    BookTest::new()
        .edit(
            SVG,
            "<desc id=\"queue-desc\">",
            "\n<desc id=\"queue-desc\">",
        )
        .edit(SVG, "<svg role=\"img\"", "<svg role=\"none\"")
        .finds(
            rendered,
            &[
                ("src/ch01/greet.md:29", "1 个图框，0 幅图"),
                ("index.html:1", "1 个图框，0 幅图"),
                ("print.html:1", "1 个图框，0 幅图"),
            ],
        );
}
