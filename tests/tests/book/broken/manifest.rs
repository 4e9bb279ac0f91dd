//! 章的清单：只依赖 libc，每个程序都登记了。

use book_tests::checks::standalone;

use super::{BookTest, MANIFEST as MANIFEST_TEXT, pure, tests};

tests!("manifest":
    crate_without_use, crate_under_a_borrowed_name, libc_with_features, patched_libc, dev_dependency, build_script, library, extra_target, bin_at_another_path, lints_left_out, chapter_without_programs, chapter_without_manifest, broken_manifest, no_workspace, no_bin_entry, bin_without_test_false,
);

const MANIFEST: &str = "listings/ch01/Cargo.toml";

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

/// 改 ch01 的 Cargo.toml。
#[track_caller]
fn manifest(from: &str, to: &str, expected: &[(&str, &str)]) {
    BookTest::new()
        .edit(MANIFEST, from, to)
        .finds(pure(standalone::check), expected);
}
