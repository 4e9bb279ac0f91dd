//! 让正文和 listings 不能各说各话的检查。每项读一本 [`Book`]，一次报出全部不符。
//!
//! | 检查 | 保护什么 |
//! |---|---|
//! | [`fences`] | 正文里没有手写的代码、命令和输出 |
//! | [`includes`] | 引用的文件和标记都在，而且不空 |
//! | [`coverage`] | 每个程序、标记、会话都有页面展示；每个程序都有会话 |
//! | [`figures`] | 图框的名字、编号、路径与里面引用的一致 |
//! | [`drawings`] | 图跟着主题变色，有文字版，id 不会重复 |
//! | [`standalone`] | 程序抄走一个文件就能用；名字不重复；`test = false` |
//! | [`inline_code`] | 行内写到的命令和错误在录音里真的出现过 |
//! | [`api_paths`] | 行内写到的 `libc::…`、`std::…` 真的存在 |
//! | [`html`] | 生成的 HTML 里链接、锚点、图片都通，没有外部资源 |
//! | [`markdown`] | 没有露出来的记号、断开的表格、对不上的题目、忘了删的话 |
//! | [`sessions`] | 会话不靠运气，录音里没有这台机器 |
//! | [`documents`] | README 和 CONTRIBUTING 写到的都有 |
//! | [`template`] | 网页模板是上游的加上写明的替换 |
//! | [`lab_page`] | “实验台”那一页列出了全部程序 |
//! | [`chinese`] | 中英文之间的空格、全角标点、术语 |

pub mod api_paths;
pub mod chinese;
pub mod coverage;
pub mod documents;
pub mod drawings;
pub mod fences;
pub mod figures;
pub mod html;
pub mod includes;
pub mod inline_code;
pub mod lab_page;
pub mod markdown;
pub mod sessions;
pub mod standalone;
pub mod template;

#[cfg(doc)]
use crate::book::Book;
