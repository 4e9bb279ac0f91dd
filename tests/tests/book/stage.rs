//! 各项测试共用的东西：仓库在哪里、程序构建在哪里。只构建一次。

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use book_tests::book::Book;
use book_tests::programs::Programs;
use book_tests::runner::{Cargo, Stage};

/// 仓库的根目录。问运行时的环境，不用编译时的：整个文件夹可能被复制到了别处。
pub fn root() -> &'static Path {
    static ROOT: OnceLock<PathBuf> = OnceLock::new();
    ROOT.get_or_init(|| {
        let manifest = std::env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        manifest.parent().map_or(manifest.clone(), Path::to_owned)
    })
}

/// 要不要改写录音之类的生成物：`SNAPSHOTS=overwrite`。
pub fn overwrite() -> bool {
    std::env::var("SNAPSHOTS").is_ok_and(|value| value == "overwrite")
}

/// 放临时文件的地方，在这个测试程序自己的 target 里面。
pub fn scratch() -> PathBuf {
    let compiled = || PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    // target/debug/deps/book-… → target/tmp
    std::env::current_exe()
        .ok()
        .and_then(|exe| Some(exe.ancestors().nth(3)?.join("tmp")))
        .unwrap_or_else(compiled)
}

/// 构建好的程序；第一个要用的测试来构建，其余的等它。
///
/// # Errors
/// 构建失败时，每个要用的测试都得到同一句说明。
pub fn programs() -> Result<&'static Programs, String> {
    static PROGRAMS: OnceLock<Result<Programs, String>> = OnceLock::new();
    PROGRAMS
        .get_or_init(|| Programs::build(root(), &scratch()))
        .as_ref()
        .map_err(Clone::clone)
}

/// 读进来的书。
///
/// # Errors
/// 读不懂时，每个要用的测试都得到同一句说明。
pub fn book() -> Result<&'static Book, String> {
    static BOOK: OnceLock<Result<Book, String>> = OnceLock::new();
    BOOK.get_or_init(|| Book::load(root()))
        .as_ref()
        .map_err(Clone::clone)
}

/// 在这里跑会话。
///
/// # Errors
/// 同 [`programs`]。
pub fn run_in<T>(
    cargo: Cargo,
    act: impl FnOnce(&Stage<'_>) -> Result<T, String>,
) -> Result<T, String> {
    let scratch = match cargo {
        Cargo::Shim => scratch(),
        // target 可能在别处（CARGO_TARGET_DIR），真的 cargo 却要从工作区里面往上找。
        Cargo::Real => root().join("target").join("tmp"),
    };
    act(&Stage {
        root: root(),
        programs: programs()?,
        scratch: &scratch,
        cargo,
    })
}
