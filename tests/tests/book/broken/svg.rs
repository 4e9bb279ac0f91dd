//! 粗心画坏的图：看着没事，换一个主题、一台手机、一种浏览器就不对。

use book_tests::checks::drawings;

use super::{BookTest, pure, tests};

tests!("svg":
    class_that_no_style_knows, classes_that_are_known, self_closing_tag, unclosed_group, stray_end, wrong_canvas, text_off_the_canvas,
    handler_in_drawing, address_in_drawing, animation_in_drawing, all_at_once,
);

const SVG: &str = "listings/drawings/queue.svg";

/// 把 SVG 里的一处改坏，看报出哪几行。
#[track_caller]
fn svg(from: &str, to: &str, expected: &[(u32, &str)]) {
    let expected: Vec<(String, &str)> = expected
        .iter()
        .map(|(line, words)| (format!("{SVG}:{line}"), *words))
        .collect();
    let expected: Vec<(&str, &str)> = expected
        .iter()
        .map(|(at, words)| (at.as_str(), *words))
        .collect();
    BookTest::new()
        .write("theme/book.css", ".drawing svg .lane { opacity: 0.4; }\n")
        .edit(SVG, from, to)
        .finds(pure(drawings::check), &expected);
}

/// 样式表里没有这个 class：线还在，却不是想要的样子。
fn class_that_no_style_knows() {
    svg("class=\"lane\"", "class=\"lane lanes\"", &[(4, "lanes")]);
}

/// 样式表里有的、本来就是默认样子的。
fn classes_that_are_known() {
    svg("class=\"lane\"", "class=\"lane line\"", &[]);
}

/// 写成 <path/>，有的解析器把后面的都当成它的孩子。
fn self_closing_tag() {
    svg("></path>", "/>", &[(4, "</path>")]);
}

/// 多出来的结束标签。
fn stray_end() {
    svg("</svg>", "</g></svg>", &[(6, "</g>")]);
}

/// 没有结束的组，把后面的都带了进去。
fn unclosed_group() {
    svg("<path", "<g><path", &[(4, "<g>")]);
}

/// 画布宽了，手机上的字就小了。
fn wrong_canvas() {
    svg("0 0 400 40", "0 0 800 40", &[(1, "0 0 400")]);
}

/// 画到了画布外面。
fn text_off_the_canvas() {
    svg(
        "x=\"200\" y=\"14\"",
        "x=\"200\" y=\"54\"",
        &[(5, "y=\"54\"")],
    );
    svg(
        "x=\"200\" y=\"14\"",
        "x=\"410\" y=\"14\"",
        &[(5, "x=\"410\"")],
    );
}

/// 图不运行脚本。
fn handler_in_drawing() {
    svg(
        "class=\"lane\"",
        "class=\"lane\" onclick=\"x()\"",
        &[(4, "onclick")],
    );
}

/// 也不取别的文件。
fn address_in_drawing() {
    svg(
        "class=\"lane\"",
        "class=\"lane\" filter=\"url(https://example.com/f.svg#x)\" href=\"x.svg\"",
        &[(4, "url("), (4, "href=")],
    );
}

/// 图不动：动的图分散注意，读屏软件也念不出来。
fn animation_in_drawing() {
    svg(
        "></path>",
        "><animate attributeName=\"d\"></animate></path>",
        &[(4, "<animate>")],
    );
}

/// 一幅图的毛病一次说完。
fn all_at_once() {
    svg(
        "<path class=\"lane\" d=\"M0 20H400\"></path>",
        "<path class=\"lanes\" stroke=\"red\" d=\"M0 20H400\"/>\n\n<text x=\"500\" y=\"14\">n个</text>",
        &[
            (4, "lanes"),
            (4, "stroke=\"red\""),
            (4, "</path>"),
            (5, "空行"),
            (6, "x=\"500\""),
            (6, "n 个"),
        ],
    );
}
