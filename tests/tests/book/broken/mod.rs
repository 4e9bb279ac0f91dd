//! 每项检查自己的测试：给它一本只坏一处的小书，看它报出那一处；书不坏时它不出声。

mod api_paths;
mod bad_input;
mod checks;
mod chinese;
mod coverage;
mod documents;
mod drawing;
mod drawings;
mod fences;
mod figure_markup;
mod figures;
mod html;
mod includes;
mod inline_code;
mod lab;
mod lab_page;
mod manifest;
mod markdown;
mod ports;
mod runnable;
mod runner;
mod sessions;
mod standalone;
mod svg;
mod template;
mod template_list;
mod text;
mod vary;

use std::cell::RefCell;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use book_tests::book::Book;
use book_tests::checks::html as html_check;
use book_tests::finding::Finding;
use libtest_mimic::{Failed, Trial};

use crate::stage;

/// 这个文件夹里要等时限的、要真的构建的测试：最久，先开始。
pub fn waiting() -> Vec<Trial> {
    let groups = [bad_input::trials(), runner::trials(), standalone::trials()];
    groups.into_iter().flatten().collect()
}

/// 这个文件夹里其余的测试。
pub fn trials() -> Vec<Trial> {
    let groups = [
        checks::trials(),
        fences::trials(),
        includes::trials(),
        coverage::trials(),
        figures::trials(),
        figure_markup::trials(),
        manifest::trials(),
        inline_code::trials(),
        api_paths::trials(),
        html::trials(),
        chinese::trials(),
        markdown::trials(),
        documents::trials(),
        sessions::trials(),
        drawing::trials(),
        drawings::trials(),
        lab::trials(),
        lab_page::trials(),
        svg::trials(),
        template::trials(),
        template_list::trials(),
        runnable::trials(),
        ports::trials(),
        text::trials(),
        vary::trials(),
    ];
    groups.into_iter().flatten().collect()
}

thread_local! {
    /// 最近一次 panic 在哪里、说了什么。
    static PANIC: RefCell<String> = const { RefCell::new(String::new()) };
}

/// 断言失败的说明由测试的报告来写：不要满屏的调用栈。
pub fn keep_panics_quiet() {
    std::panic::set_hook(Box::new(|info| {
        let payload = info.payload();
        let message = payload
            .downcast_ref::<String>()
            .map(String::as_str)
            .or_else(|| payload.downcast_ref::<&str>().copied())
            .unwrap_or("panic");
        let place = info.location().map(ToString::to_string).unwrap_or_default();
        PANIC.set(format!("{place}\n{message}"));
    }));
}

/// 跑一个函数；它 panic 就是失败，说明里有断言的位置。
///
/// # Errors
/// 函数 panic 了。
pub fn run(test: fn()) -> Result<(), Failed> {
    std::panic::catch_unwind(test).map_err(|_| Failed::from(PANIC.take()))
}

/// 把几个函数变成几项测试：`broken::组::函数名`。断言失败就是 panic。
macro_rules! tests {
    ($group:literal: $($name:ident),+ $(,)?) => {
        /// 这个模块里的测试。
        pub fn trials() -> Vec<libtest_mimic::Trial> {
            vec![$(libtest_mimic::Trial::test(
                concat!("broken::", $group, "::", stringify!($name)),
                || $crate::broken::run($name),
            )),+]
        }
    };
}
pub(crate) use tests;

/// 一项检查。
type Check = fn(&Book) -> Result<Vec<Finding>, String>;

/// 总能跑成的检查。
fn pure(check: fn(&Book) -> Vec<Finding>) -> impl Fn(&Book) -> Result<Vec<Finding>, String> {
    move |book| Ok(check(book))
}

/// 生成小书的网页，再检查它。
fn rendered(book: &Book) -> Result<Vec<Finding>, String> {
    let output = book.root.join("rendered");
    html_check::render(&book.root, &output)?;
    html_check::check(book, &output)
}

/// 一本小书：一个程序、一个会话、一页，样样齐全。改坏一处，再看检查怎么说。
pub struct BookTest {
    root: PathBuf,
}

const PROGRAM: &str = "\
//! 打一声招呼。

// ANCHOR: main
fn main() {
    println!(\"你好\");
}
// ANCHOR_END: main
";

const SESSION: &str = "\
terminals = [\"shell\"]

[[step]]
in = \"shell\"
type = \"cargo run -q --bin greet\"
";

const PAGE: &str = "\
# 打招呼

运行 `cargo run -q --bin greet`，见[下文](#会话)。

## 程序

<figure class=\"listing\" data-program=\"greet\">
<figcaption>程序 1-1　<code>listings/ch01/src/bin/greet.rs</code></figcaption>

```rust,ignore
{{#rustdoc_include ../../listings/ch01/src/bin/greet.rs:main}}
```

</figure>

## 会话

<figure class=\"session\" data-session=\"ch01/greet\" data-terminals=\"shell\" data-order=\"1\">
<figcaption>会话 1-1　打一声招呼</figcaption>

```console
{{#include ../../listings/ch01/sessions/greet.shell.console}}
```

</figure>

## 图

<figure class=\"drawing\" data-drawing=\"queue\">
<figcaption>图 1-1　排队</figcaption>
{{#include ../../listings/drawings/queue.svg}}
</figure>
";

const DRAWING: &str = "\
<svg role=\"img\" aria-labelledby=\"queue-title queue-desc\" viewBox=\"0 0 400 40\" xmlns=\"http://www.w3.org/2000/svg\">
<title id=\"queue-title\">队列</title>
<desc id=\"queue-desc\">一条线，上面写着“排队”。</desc>
<path class=\"lane\" d=\"M0 20H400\"></path>
<text x=\"200\" y=\"14\">排队</text>
</svg>
";

const WORKSPACE: &str = "\
[workspace]
resolver = \"3\"
members = [\"listings/ch*\"]

[workspace.package]
edition = \"2024\"

[workspace.dependencies]
libc = \"0.2\"

[workspace.lints.clippy]
unwrap_used = \"warn\"
";

const MANIFEST: &str = "\
[package]
name = \"ch01\"
edition.workspace = true

[lints]
workspace = true

[[bin]]
name = \"greet\"
test = false
";

const FILES: [(&str, &str); 9] = [
    ("Cargo.toml", WORKSPACE),
    (
        "book.toml",
        "[book]\ntitle = \"小书\"\nlanguage = \"zh-CN\"\n",
    ),
    ("src/SUMMARY.md", "# 目录\n\n- [打招呼](ch01/greet.md)\n"),
    ("src/ch01/greet.md", PAGE),
    ("listings/ch01/Cargo.toml", MANIFEST),
    ("listings/ch01/src/bin/greet.rs", PROGRAM),
    ("listings/ch01/sessions/greet.toml", SESSION),
    (
        "listings/ch01/sessions/greet.shell.console",
        "$ cargo run -q --bin greet\n你好\n",
    ),
    ("listings/drawings/queue.svg", DRAWING),
];

impl BookTest {
    /// 一本没有毛病的小书。
    pub fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let test = Self {
            root: stage::scratch().join(format!("broken-{}-{number}", std::process::id())),
        };
        FILES
            .iter()
            .fold(test, |test, (file, text)| test.write(file, text))
    }

    /// 小书的根目录。
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// 写一个文件，有了就改写。
    #[track_caller]
    pub fn write(self, file: &str, text: &str) -> Self {
        let path = self.root.join(file);
        let folder = path.parent().unwrap_or(&self.root);
        if let Err(err) = fs::create_dir_all(folder).and_then(|()| fs::write(&path, text)) {
            panic!("{}：{err}", path.display());
        }
        self
    }

    /// 删一个文件。
    #[track_caller]
    pub fn remove(self, file: &str) -> Self {
        if let Err(err) = fs::remove_file(self.root.join(file)) {
            panic!("{file}：{err}");
        }
        self
    }

    /// 写一个可以执行的文件。
    #[track_caller]
    pub fn executable(self, file: &str, text: &str) -> Self {
        let test = self.write(file, text);
        let mode = fs::Permissions::from_mode(0o755);
        if let Err(err) = fs::set_permissions(test.root.join(file), mode) {
            panic!("{file}：{err}");
        }
        test
    }

    /// 在一个文件里把 `from` 换成 `to`；`from` 要正好出现一次，免得以为改坏了其实没有。
    #[track_caller]
    pub fn edit(self, file: &str, from: &str, to: &str) -> Self {
        let text = fs::read_to_string(self.root.join(file)).unwrap_or_default();
        assert_eq!(
            text.matches(from).count(),
            1,
            "{file} 里“{from}”要正好出现一次"
        );
        self.write(file, &text.replace(from, to))
    }

    /// 跑一项检查，断言它报出的正好是 `expected`：每处写成 `文件:行`，和说明里含有的一句话。
    #[track_caller]
    pub fn finds(
        &self,
        check: impl FnOnce(&Book) -> Result<Vec<Finding>, String>,
        expected: &[(&str, &str)],
    ) {
        match Book::load(&self.root).and_then(|book| check(&book)) {
            Ok(findings) => found(&findings, expected),
            Err(why) => panic!("检查没跑成：{why}"),
        }
    }
}

/// 断言报出的正好是 `expected`：每处写成 `文件:行`，和说明里含有的一句话。
#[track_caller]
fn found(findings: &[Finding], expected: &[(&str, &str)]) {
    let shown: String = findings
        .iter()
        .map(|finding| format!("{finding}\n"))
        .collect();
    assert_eq!(findings.len(), expected.len(), "报出的处数不对：\n{shown}");
    for (place, words) in expected {
        assert!(
            findings.iter().any(|finding| {
                format!("{}:{}", finding.file.display(), finding.line) == *place
                    && finding.to_string().contains(words)
            }),
            "没有报出 {place}（{words}）：\n{shown}"
        );
    }
}

impl Drop for BookTest {
    fn drop(&mut self) {
        // 留下的只是垃圾，删不掉不影响结果。
        drop(fs::remove_dir_all(&self.root));
    }
}
