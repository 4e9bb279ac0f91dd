//! 实验台：网页里的一台 Linux。书里的每个会话都在那里重放一遍，与同一份录音比较。
//!
//! ```text
//! listings/*/sessions ──export──▶ sessions.json ──lab/replay.mjs──▶ 实验台里的录音 ──▶ 与 .console 比较
//! ```
//!
//! - [`mark`]：会话文件里的 `lab = …`，在实验台里的例外；
//! - [`export`]：会话写成 JSON，网页和 `lab/replay.mjs` 用的都是它；
//! - [`replay`]：用 node 重放，比较。什么也不换：C 库对系统错误的说法，做实验台时就照 `lab/strerror.h` 换过了。
//!
//! 重放是单独的测试：`cargo test --test lab`，要先做好实验台。

pub mod export;
pub mod mark;
pub mod replay;
