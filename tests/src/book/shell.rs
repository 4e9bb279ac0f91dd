//! 一行 shell 命令由哪几条简单命令组成。只认书里会写的那些：管道、`&&`、`;`、`&`、`{ }`、引号、重定向。

/// 一条简单命令。
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Simple {
    /// 各个词，照原样（引号也在）；重定向不在其中。
    pub words: Vec<String>,
    /// 带着重定向的样子，词之间一个空格。
    pub full: String,
}

/// 把别的命令当参数来运行的命令。
pub const WRAPPERS: [&str; 4] = ["strace", "sudo", "env", "timeout"];

impl Simple {
    /// 不带重定向的样子，词之间一个空格。
    #[must_use]
    pub fn bare(&self) -> String {
        self.words.join(" ")
    }

    /// 去掉开头的 `NAME=值` 以后的各个词。
    #[must_use]
    pub fn command(&self) -> &[String] {
        let assigned = |word: &&String| {
            let name = word.split_once('=').map(|(name, _)| name);
            name.is_some_and(|name| {
                !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
            })
        };
        &self.words[self.words.iter().take_while(assigned).count()..]
    }

    /// 它自己，和它替别人运行的那条命令（`strace … cargo run …` 里从 cargo 起的部分）。
    #[must_use]
    pub fn runs(&self) -> Vec<&[String]> {
        let words = self.command();
        let mut runs = vec![words];
        if words
            .first()
            .is_some_and(|word| WRAPPERS.contains(&word.as_str()))
        {
            let inner = words.iter().skip(1).position(|word| word == "cargo");
            runs.extend(inner.map(|at| &words[at + 1..]));
        }
        runs
    }
}

/// 把一行拆成简单命令；`{`、`}`、`(`、`)` 和关键的分隔符去掉。
#[must_use]
pub fn split(line: &str) -> Vec<Simple> {
    let mut splitter = Splitter::default();
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\'' | '"' => {
                splitter.word.push(c);
                while let Some(inner) = chars.next() {
                    splitter.word.push(inner);
                    if inner == c {
                        break;
                    }
                    if inner == '\\' && c == '"' {
                        splitter.word.extend(chars.next());
                    }
                }
            }
            '\\' => {
                splitter.word.push(c);
                splitter.word.extend(chars.next());
            }
            '<' | '>' => {
                // `2>` 的 2 是描述符的编号；`a>` 的 a 是前面的词。
                let number = splitter.word.chars().all(|c| c.is_ascii_digit());
                if !number {
                    splitter.end_word();
                }
                splitter.word.push(c);
                splitter.redirect = true;
                while let Some(next) = chars.next_if(|next| "<>&|".contains(*next)) {
                    splitter.word.push(next);
                }
                // 目标可以紧跟着，也可以隔一个空格；`<&-` 的 - 也是目标。
                while chars.next_if(|next| *next == ' ').is_some() {}
            }
            '|' | '&' | ';' | '\n' | '(' | ')' => splitter.end_command(),
            c if c.is_whitespace() => splitter.end_word(),
            c => splitter.word.push(c),
        }
    }
    splitter.end_command();
    splitter.done
}

#[derive(Default)]
struct Splitter {
    word: String,
    redirect: bool,
    current: Simple,
    done: Vec<Simple>,
}

impl Splitter {
    fn end_word(&mut self) {
        let word = std::mem::take(&mut self.word);
        let redirect = std::mem::take(&mut self.redirect);
        if word.is_empty() || (word == "{" || word == "}") && !redirect {
            return;
        }
        if !self.current.full.is_empty() {
            self.current.full.push(' ');
        }
        self.current.full.push_str(&word);
        if !redirect {
            self.current.words.push(word);
        }
    }

    fn end_command(&mut self) {
        self.end_word();
        let done = std::mem::take(&mut self.current);
        if !done.full.is_empty() {
            self.done.push(done);
        }
    }
}
