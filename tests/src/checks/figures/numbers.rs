//! 图框的编号，和正文里提到的编号。

use std::collections::{BTreeMap, BTreeSet};

use crate::book::page::Page;
use crate::finding::Finding;

/// 三种图框的叫法。
const KINDS: [&str; 3] = ["程序", "会话", "图"];

/// 编号：程序、会话、图各自编，每章从 1 起；同一个程序再出现时用它原来的号。
#[derive(Default)]
pub struct Numbers {
    given: BTreeMap<(&'static str, String), String>,
    last: BTreeMap<(&'static str, String), u32>,
}

impl Numbers {
    /// `kind`（程序、会话或图）、它出生的章、它的名字 → `1-3`。
    pub fn number(&mut self, kind: &'static str, chapter: &str, name: &str) -> String {
        let last = &mut self.last;
        self.given
            .entry((kind, format!("{chapter}/{name}")))
            .or_insert_with(|| {
                let next = last.entry((kind, chapter.to_owned())).or_default();
                *next += 1;
                let digits: String = chapter.chars().filter(char::is_ascii_digit).collect();
                format!("{}-{next}", digits.trim_start_matches('0'))
            })
            .clone()
    }

    /// 有没有给过编号。
    #[must_use]
    pub fn is_known(&self, kind: &'static str, chapter: &str, name: &str) -> bool {
        let key = (kind, format!("{chapter}/{name}"));
        self.given.contains_key(&key)
    }

    /// 正文里提到、却没有图框用的编号。号对不对得上那个东西，要人来看。
    #[must_use]
    pub fn unknown_references(&self, page: &Page) -> Vec<Finding> {
        let given: BTreeSet<(&str, &str)> = self
            .given
            .iter()
            .map(|((kind, _), number)| (*kind, number.as_str()))
            .collect();
        let mut findings = Vec::new();
        for prose in page.prose.iter().filter(|prose| !prose.html) {
            for (kind, number) in references(&prose.text) {
                if !given.contains(&(kind, number)) {
                    findings.push(Finding::new(
                        &page.file,
                        prose.line,
                        format!("提到的编号有图框用（{kind} {number}）"),
                        format!("没有{kind} {number}"),
                    ));
                }
            }
        }
        findings
    }
}

/// 文字里的 `程序 1-3`、`图 2-1`；`截图 1-3` 这样的不算。
fn references(text: &str) -> Vec<(&'static str, &str)> {
    let mut found = Vec::new();
    for kind in KINDS {
        for (at, _) in text.match_indices(kind) {
            let word_goes_on = kind == "图" && text[..at].ends_with(['截', '插', '草', '下', '上']);
            let rest = text[at + kind.len()..].trim_start();
            let end = rest
                .find(|c: char| !(c.is_ascii_digit() || c == '-'))
                .unwrap_or(rest.len());
            let number = &rest[..end];
            let whole = number.split_once('-').is_some_and(|(chapter, index)| {
                !chapter.is_empty() && !index.is_empty() && !index.contains('-')
            });
            if whole && !word_goes_on {
                found.push((kind, number));
            }
        }
    }
    found
}
