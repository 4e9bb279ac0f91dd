//! 书的样子：页、程序、会话，以及页里引用了什么。只读文件，不运行任何东西。

pub mod figure;
pub mod listing;
pub mod page;
pub mod prose;
pub mod rust;
pub mod shell;

use std::fs;
use std::path::{Component, Path, PathBuf};

use crate::session::Session;
use listing::Program;
use page::Page;

/// 手画的图放在这里。
pub const DRAWINGS: &str = "listings/drawings";

/// 一本书读进来的样子。路径都相对于 `root`。
#[derive(Debug)]
pub struct Book {
    /// 仓库的根目录。
    pub root: PathBuf,
    /// `src/SUMMARY.md` 里列出的页，按阅读次序；最后是 `src/404.md`，有的话。
    pub pages: Vec<Page>,
    /// `src/` 里有、目录里没有的页。
    pub unlisted: Vec<PathBuf>,
    /// 目录里有、`src/` 里没有的页，和它在目录里的行号。
    pub missing: Vec<(usize, PathBuf)>,
    /// 目录里列了不止一次的页，和第二次的行号。
    pub repeated: Vec<(usize, PathBuf)>,
    /// `src/` 里不是 Markdown 的文件：图片之类。
    pub assets: Vec<PathBuf>,
    /// `listings/` 里认不出是什么的文件。
    pub stray: Vec<PathBuf>,
    /// `listings/*/Cargo.toml`。
    pub manifests: Vec<PathBuf>,
    /// `listings/*/src/bin/*.rs`。
    pub programs: Vec<Program>,
    /// `listings/*/sessions/*.toml`。
    pub sessions: Vec<Session>,
    /// `listings/*/sessions/*.console`。
    pub transcripts: Vec<PathBuf>,
    /// `listings/*/sessions/*.svg`（测试画的）和 `listings/drawings/*.svg`（手画的）。
    pub drawings: Vec<PathBuf>,
}

impl Book {
    /// 读一本书。
    ///
    /// # Errors
    /// 目录、页、程序或会话文件读不了或读不懂时，返回一句说明。
    pub fn load(root: &Path) -> Result<Self, String> {
        let mut book = Self {
            root: root.to_owned(),
            pages: Vec::new(),
            unlisted: Vec::new(),
            missing: Vec::new(),
            repeated: Vec::new(),
            assets: Vec::new(),
            stray: Vec::new(),
            manifests: Vec::new(),
            programs: Vec::new(),
            sessions: Vec::new(),
            transcripts: Vec::new(),
            drawings: Vec::new(),
        };
        book.load_pages()?;
        let mut unreadable = Vec::new();
        for chapter in list(&root.join("listings"))? {
            let manifest = chapter.join("Cargo.toml");
            if manifest.is_file() {
                book.manifests.push(book.relative(&manifest));
            }
            for file in list(&chapter.join("src/bin"))? {
                if has_extension(&file, "rs") {
                    let text = read(&file)?;
                    book.programs
                        .push(Program::parse(book.relative(&file), text));
                }
            }
            for file in list(&chapter.join("sessions"))? {
                if has_extension(&file, "toml") {
                    match Session::load(&file) {
                        Ok(mut session) => {
                            session.file = book.relative(&file);
                            book.sessions.push(session);
                        }
                        Err(why) => unreadable.push(why),
                    }
                } else if has_extension(&file, "console") {
                    book.transcripts.push(book.relative(&file));
                } else if has_extension(&file, "svg") {
                    book.drawings.push(book.relative(&file));
                }
            }
        }
        // 读不懂的会话，一次全说出来。
        if !unreadable.is_empty() {
            return Err(unreadable.join("\n"));
        }
        for file in list(&root.join(DRAWINGS))? {
            if has_extension(&file, "svg") {
                book.drawings.push(book.relative(&file));
            }
        }
        for file in walk(&root.join("listings"))? {
            let file = book.relative(&file);
            let known = (book.programs.iter().map(|program| &program.file))
                .chain(book.sessions.iter().map(|session| &session.file))
                .chain(&book.manifests)
                .chain(&book.transcripts)
                .chain(&book.drawings)
                .any(|known| *known == file);
            if !known {
                book.stray.push(file);
            }
        }
        Ok(book)
    }

    fn load_pages(&mut self) -> Result<(), String> {
        let src = self.root.join("src");
        let summary = Page::parse("src/SUMMARY.md".into(), read(&src.join("SUMMARY.md"))?);
        for link in summary.links {
            let file = normalize(&Path::new("src").join(&link.target));
            if self.pages.iter().any(|page| page.file == file) {
                self.repeated.push((link.line, file));
            } else if self.root.join(&file).is_file() {
                let text = read(&self.root.join(&file))?;
                self.pages.push(Page {
                    listed_as: Some(link.text),
                    ..Page::parse(file, text)
                });
            } else {
                self.missing.push((link.line, file));
            }
        }
        // 找不到时给读者看的一页：不在目录里，也给人读。
        let missing = src.join("404.md");
        if missing.is_file() {
            let text = read(&missing)?;
            self.pages.push(Page::parse("src/404.md".into(), text));
        }
        // lab/build 做出来的，不在仓库里。
        let built = src.join("lab");
        for path in walk(&src)? {
            if path.starts_with(&built) {
                continue;
            }
            let file = self.relative(&path);
            if !has_extension(&path, "md") {
                self.assets.push(file);
            } else if file != Path::new("src/SUMMARY.md")
                && !self.pages.iter().any(|page| page.file == file)
            {
                self.unlisted.push(file);
            }
        }
        Ok(())
    }

    fn relative(&self, path: &Path) -> PathBuf {
        path.strip_prefix(&self.root).unwrap_or(path).to_owned()
    }

    /// 按名字找程序。
    #[must_use]
    pub fn program(&self, name: &str) -> Option<&Program> {
        self.programs.iter().find(|program| program.name == name)
    }

    /// 按 `ch01/hello` 这样的名字找会话。
    #[must_use]
    pub fn session(&self, name: &str) -> Option<&Session> {
        self.sessions.iter().find(|session| session.name == name)
    }

    /// 全部录音的内容，接在一起。读不了的算空。
    #[must_use]
    pub fn all_transcripts(&self) -> String {
        self.transcripts
            .iter()
            .map(|file| fs::read_to_string(self.root.join(file)).unwrap_or_default())
            .collect()
    }
}

/// 去掉路径里的 `.` 和 `..`，不看文件系统。
#[must_use]
pub fn normalize(path: &Path) -> PathBuf {
    let mut result = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if result.pop() => {}
            part => result.push(part),
        }
    }
    result
}

fn read(file: &Path) -> Result<String, String> {
    fs::read_to_string(file).map_err(|err| format!("{}：{err}", file.display()))
}

/// 文件夹里的东西，按名字排序；文件夹不存在算空。
fn list(folder: &Path) -> Result<Vec<PathBuf>, String> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let entries = fs::read_dir(folder).map_err(|err| format!("{}：{err}", folder.display()))?;
    let mut paths = Vec::new();
    for entry in entries {
        paths.push(
            entry
                .map_err(|err| format!("{}：{err}", folder.display()))?
                .path(),
        );
    }
    paths.sort();
    Ok(paths)
}

/// 文件夹里的全部文件，子文件夹也算；点开头的不算。
fn walk(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let mut files = Vec::new();
    for path in list(folder)? {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with('.') {
            continue;
        }
        if path.is_dir() {
            files.extend(walk(&path)?);
        } else {
            files.push(path);
        }
    }
    Ok(files)
}

fn has_extension(path: &Path, extension: &str) -> bool {
    path.extension().is_some_and(|found| found == extension)
}
