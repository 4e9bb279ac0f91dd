//! 抄走一个文件就能用。

use book_tests::book::Book;
use book_tests::checks::standalone;
use book_tests::finding::Finding;
use book_tests::programs::Programs;

use super::{BookTest, MANIFEST as MANIFEST_TEXT, pure, tests};

tests!("standalone":
    module_in_program, include_in_program, foreign_crate, duplicate_name, no_bin_entry, bin_without_test_false, no_description,
    built_from_more_than_one_file, built_but_not_shown,
    chapter_without_manifest, broken_manifest, no_workspace, description_in_english, macros_left_behind, open_to_the_world, too_wide,
    restricted_module, module_at_another_path, include_with_brackets, include_in_braces, words_in_text_and_comments,
    compile_time_environment, crate_without_use, crate_under_a_borrowed_name, libc_with_features, dev_dependency,
    build_script, library, bin_at_another_path, lints_left_out, chapter_without_programs, extra_target, patched_libc,
);

const PROGRAM: &str = "listings/ch01/src/bin/greet.rs";
const MANIFEST: &str = "listings/ch01/Cargo.toml";

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
            &MANIFEST_TEXT.replace("ch01", "ch02"),
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
    let text = MANIFEST_TEXT.split("[[bin]]").next().unwrap_or_default();
    BookTest::new().write(MANIFEST, text).finds(
        pure(standalone::check),
        &[("listings/ch01/Cargo.toml:1", "greet")],
    );
}

/// 登记了，却没写 test = false。
fn bin_without_test_false() {
    BookTest::new().edit(MANIFEST, "test = false\n", "").finds(
        pure(standalone::check),
        &[("listings/ch01/Cargo.toml:9", "test = false")],
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

/// 没有清单的一章。
fn chapter_without_manifest() {
    BookTest::new()
        .write(
            "listings/ch02/src/bin/lost.rs",
            "//! 丢了。\nfn main() {}\n",
        )
        .finds(
            pure(standalone::check),
            &[(
                "listings/ch02/src/bin/lost.rs:1",
                "listings/ch02/Cargo.toml",
            )],
        );
}

/// 写坏的清单，说出是哪一行。
fn broken_manifest() {
    manifest(
        "test = false",
        "test = maybe",
        &[("listings/ch01/Cargo.toml:10", "合法的 Cargo.toml")],
    );
}

/// 没有工作区。
fn no_workspace() {
    BookTest::new()
        .remove("Cargo.toml")
        .finds(pure(standalone::check), &[("Cargo.toml:1", "读得到")]);
}

/// 第一行是一句中文。
fn description_in_english() {
    BookTest::new()
        .edit(PROGRAM, "//! 打一声招呼。", "//! Say hello.")
        .finds(
            pure(standalone::check),
            &[("listings/ch01/src/bin/greet.rs:1", "中文")],
        );
}

/// 写到一半的程序。
fn macros_left_behind() {
    program("fn later() { todo!() }\nfn main", "todo!");
    program("fn later() { dbg!(1); }\nfn main", "dbg!");
    program("fn later() { unimplemented!() }\nfn main", "unimplemented!");
}

/// 在全部接口上监听，同一个网络里的人都连得上读者的机器。
fn open_to_the_world() {
    program("const ADDR: &str = \"0.0.0.0:9190\";\nfn main", "0.0.0.0");
    program("const ADDR: u32 = libc::INADDR_ANY;\nfn main", "INADDR_ANY");
    program(
        "const ADDR: Ipv4Addr = Ipv4Addr::UNSPECIFIED;\nfn main",
        "UNSPECIFIED",
    );
    BookTest::new()
        .edit(PROGRAM, "fn main", "// 不用 INADDR_ANY。\nfn main")
        .finds(pure(standalone::check), &[]);
}

/// 太宽的一行，在页面上要左右滚动。汉字占两列。
fn too_wide() {
    let line = format!("// {}\nfn main", "汉".repeat(49));
    program(&line, "101 列");
}

/// 写成 pub(crate) 也是模块。
fn restricted_module() {
    program("pub(crate) mod helper;\nfn main", "pub(crate) mod helper;");
}

/// 换个地方放模块，也是两个文件。
fn module_at_another_path() {
    BookTest::new()
        .edit(
            PROGRAM,
            "fn main",
            "#[path = \"../helper.rs\"]\nmod helper;\nfn main",
        )
        .finds(
            pure(standalone::check),
            &[
                ("listings/ch01/src/bin/greet.rs:4", "#[path"),
                ("listings/ch01/src/bin/greet.rs:5", "mod helper;"),
            ],
        );
}

/// 宏的括号可以是方的，中间也可以有空格。
fn include_with_brackets() {
    program("include! [\"helper.rs\"];\nfn main", "include!");
}

/// 也可以是花括号。
fn include_in_braces() {
    program(
        "const TEXT: &[u8] = include_bytes!{\"x\"};\nfn main",
        "include_bytes!",
    );
}

/// 字符串和注释里的话不是代码；别的名字里有 mod 也不是模块。
fn words_in_text_and_comments() {
    BookTest::new()
        .edit(
            PROGRAM,
            "fn main() {\n    println!(\"你好\");",
            "/* mod a; */\nfn main() {\n    // include!(\"x\") 和 use socket2::Socket; 都不用\n    let modest = r#\"mod b; \"quoted\" include_str!(x)\"#;\n    println!(\"你好 \\\" mod c; {modest}{}\", '\"');",
        )
        .finds(pure(standalone::check), &[]);
}

/// 抄走以后，编译时的环境不一样了。
fn compile_time_environment() {
    program("const NAME: &str = env!(\"BOOK_NAME\");\nfn main", "env!");
}

/// 不写 use 也能用别的 crate；清单里看得见。
fn crate_without_use() {
    manifest(
        "[lints]",
        "[dependencies]\nlibc.workspace = true\nsocket2 = \"0.6\"\n\n[lints]",
        &[("listings/ch01/Cargo.toml:7", "socket2")],
    );
}

/// 借了 libc 的名字，其实是别的 crate。
fn crate_under_a_borrowed_name() {
    manifest(
        "[lints]",
        "[dependencies]\nlibc = { package = \"nix\", version = \"0.30\" }\n\n[lints]",
        &[("listings/ch01/Cargo.toml:6", "libc.workspace = true")],
    );
}

/// 读者 cargo add libc 得到的没有这些 feature。
fn libc_with_features() {
    BookTest::new()
        .edit(
            "Cargo.toml",
            "libc = \"0.2\"",
            "libc = { version = \"0.2\", features = [\"extra_traits\"] }",
        )
        .finds(pure(standalone::check), &[("Cargo.toml:9", "libc")]);
}

/// 换掉的 libc，读者没有。
fn patched_libc() {
    BookTest::new()
        .edit(
            "Cargo.toml",
            "[workspace.lints.clippy]",
            "[patch.crates-io]\nlibc = { path = \"libc\" }\n\n[workspace.lints.clippy]",
        )
        .finds(pure(standalone::check), &[("Cargo.toml:11", "patch")]);
}

/// 程序没有单元测试，也就没有测试用的依赖。
fn dev_dependency() {
    manifest(
        "[lints]",
        "[dev-dependencies]\ntempfile = \"3\"\n\n[lints]",
        &[("listings/ch01/Cargo.toml:5", "dev-dependencies")],
    );
}

/// 构建脚本不会跟着一个文件走。
fn build_script() {
    manifest(
        "[lints]",
        "build = \"make.rs\"\n\n[lints]",
        &[("listings/ch01/Cargo.toml:5", "build")],
    );
}

/// 库里的函数也不会。
fn library() {
    manifest(
        "[lints]",
        "[lib]\nname = \"helper\"\n\n[lints]",
        &[("listings/ch01/Cargo.toml:5", "[lib]")],
    );
}

/// 例子、测试、基准都不归 listings。
fn extra_target() {
    manifest(
        "[[bin]]",
        "[[example]]\nname = \"demo\"\n\n[[bin]]",
        &[("listings/ch01/Cargo.toml:8", "example")],
    );
}

/// 页面上展示的是 src/bin/greet.rs，跑的却是另一个文件。
fn bin_at_another_path() {
    manifest(
        "name = \"greet\"\n",
        "name = \"greet\"\npath = \"src/other.rs\"\n",
        &[("listings/ch01/Cargo.toml:10", "path")],
    );
}

/// 没有 lints，unwrap 和没写 SAFETY 的 unsafe 就没人管了。
fn lints_left_out() {
    manifest(
        "[lints]\nworkspace = true\n",
        "",
        &[("listings/ch01/Cargo.toml:1", "[lints]")],
    );
}

/// 还没有程序的一章，清单也要对。
fn chapter_without_programs() {
    BookTest::new()
        .write(
            "listings/ch02/Cargo.toml",
            &MANIFEST_TEXT.replace("greet", "later"),
        )
        .finds(
            pure(standalone::check),
            &[("listings/ch02/Cargo.toml:9", "later")],
        );
}

/// 在 main 前面加一行，看报出那一行。
#[track_caller]
fn program(to: &str, words: &str) {
    BookTest::new().edit(PROGRAM, "fn main", to).finds(
        pure(standalone::check),
        &[("listings/ch01/src/bin/greet.rs:4", words)],
    );
}

/// 改 ch01 的 Cargo.toml。
#[track_caller]
fn manifest(from: &str, to: &str, expected: &[(&str, &str)]) {
    BookTest::new()
        .edit(MANIFEST, from, to)
        .finds(pure(standalone::check), expected);
}

/// 不论怎样绕过源文件里的检查，cargo 总知道构建读了哪些文件。
fn built_from_more_than_one_file() {
    let bins = ["module", "path", "text"]
        .map(|name| format!("\n[[bin]]\nname = \"{name}\"\ntest = false\n"));
    BookTest::new()
        .write(MANIFEST, &(MANIFEST_TEXT.to_owned() + &bins.concat()))
        .write("listings/ch01/src/bin/parts/mod.rs", "pub fn a() {}\n")
        .write("listings/ch01/parts/words.txt", "你好")
        .write(
            "listings/ch01/src/bin/module.rs",
            "//! 模块。\npub(crate) mod parts;\nfn main() {\n    parts::a()\n}\n",
        )
        .write(
            "listings/ch01/src/bin/path.rs",
            "//! 换个地方。\n#[cfg_attr(all(), path = \"parts/mod.rs\")]\nmod a;\nfn main() {\n    a::a()\n}\n",
        )
        .write(
            "listings/ch01/src/bin/text.rs",
            "//! 宏的名字也能是参数。\nmacro_rules! call {\n    ($name:ident) => {\n        $name!(\"../../parts/words.txt\")\n    };\n}\nfn main() {\n    println!(\"{}\", call!(include_str));\n}\n",
        )
        .finds(
            built,
            &[
                ("listings/ch01/src/bin/module.rs:2", "还用到了 listings/ch01/src/bin/parts/mod.rs"),
                ("listings/ch01/src/bin/path.rs:2", "parts/mod.rs"),
                ("listings/ch01/src/bin/text.rs:4", "listings/ch01/parts/words.txt"),
            ],
        );
}

/// 库、构建脚本、src/main.rs：书里没有它们。工作区里没有的一章，谁也不构建。
fn built_but_not_shown() {
    BookTest::new()
        .write("listings/ch01/src/lib.rs", "")
        .write("listings/ch01/src/main.rs", "fn main() {}\n")
        .write("listings/ch01/build.rs", "fn main() {}\n")
        .write(
            "listings/extra/src/bin/lost.rs",
            "//! 没人构建。\nfn main() {}\n",
        )
        .finds(
            built,
            &[
                (
                    "listings/ch01/src/bin/greet.rs:1",
                    "还用到了 listings/ch01/build.rs",
                ),
                (
                    "listings/ch01/src/bin/greet.rs:1",
                    "还用到了 listings/ch01/src/lib.rs",
                ),
                ("listings/ch01/src/lib.rs:1", "还构建了 lib"),
                ("listings/ch01/src/main.rs:1", "还构建了 bin ch01"),
                ("listings/ch01/build.rs:1", "custom-build"),
                ("listings/extra/src/bin/lost.rs:1", "工作区"),
            ],
        );
}

/// 用真的 cargo 构建小书里的程序。
fn built(book: &Book) -> Result<Vec<Finding>, String> {
    let programs = Programs::build(&book.root, &book.root.join("scratch"))?;
    Ok(standalone::check_build(book, &programs.targets))
}
