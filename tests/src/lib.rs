//! 这本书的测试工具。数据只朝一个方向流：
//!
//! ```text
//! listings/*/src/bin  ──programs──▶ 可执行文件 ─┐
//! listings/*/sessions ──session───▶ 步骤 ───────┴─runner──▶ 录音 ──vary──▶ 与 .console 比较
//! listings/*/sessions（draw = true）──strace──▶ drawing ──▶ 与 .svg 比较
//! listings/*/sessions ──lab::export──▶ sessions.json ──lab/replay.mjs──▶ 实验台里的录音 ──vary──▶ 与 .console 比较
//! ```
//!
//! - [`session`]、[`vary`]、[`screen`]：纯函数，读懂会话、比较录音；
//! - [`terminal`]、[`family`]、[`programs`]、[`requires`]、[`ports`]、[`procnet`]、[`sockdiag`]：与系统打交道；
//! - [`runner`]：把它们串起来跑一个会话；
//! - [`drawing`]：从 strace 的输出画出两边的调用；
//! - [`lab`]：会话导出给网页里的实验台，再在那里重放、比较；
//! - [`book`]、[`checks`]：读正文和 listings，核对它们说的是同一件事；
//! - [`bad_input`]、[`usage`]、[`probe`]：给每个程序喂坏输入；
//! - [`runnable`]：页面上有 ▶ 的程序，先在没有外部网络的地方跑一遍；
//! - [`finding`]：检查报出来的一处不符。
//!
//! 名字到文件：会话 `ch01/hello` 在 `listings/ch01/sessions/hello.toml`，它的测试叫 `session::ch01/hello`。
#![warn(missing_docs)]

pub mod bad_input;
pub mod book;
pub mod checks;
pub mod drawing;
pub mod family;
pub mod finding;
pub mod lab;
pub mod ports;
pub mod probe;
pub mod procnet;
pub mod programs;
pub mod requires;
pub mod runnable;
pub mod runner;
pub mod screen;
pub mod session;
pub mod sockdiag;
pub mod terminal;
pub mod usage;
pub mod vary;
