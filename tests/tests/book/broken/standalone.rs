//! 抄走一个文件就能用。

use book_tests::checks::standalone;

use super::{BookTest, pure, tests};

tests!("standalone":
    module_in_program, include_in_program, foreign_crate, duplicate_name, no_bin_entry, bin_without_test_false, no_description,
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
