//! 从终端里出来的字节，到录音里的文字。纯函数。

/// shell 每跑完一条命令，就在同一个终端里打印 `MARK 退出状态 MARK_END`。
/// 它和程序的输出走同一条路，读到它，之前的输出就一定都读到了。
pub const MARK: u8 = 0x1e;
/// 标记的结尾。
pub const MARK_END: u8 = 0x1f;

/// 已经结束的各条命令的退出状态，按先后。
#[must_use]
pub fn statuses(raw: &[u8]) -> Vec<i32> {
    pieces(raw).filter_map(|piece| piece.status).collect()
}

/// 去掉标记、把终端的 `\r\n` 还原成 `\n` 以后的文字。
///
/// # Errors
/// 程序打印了不是 UTF-8 的字节时，返回一句说明。
pub fn text(raw: &[u8]) -> Result<String, String> {
    let bytes: Vec<u8> = pieces(raw)
        .flat_map(|piece| piece.output.iter().copied())
        .collect();
    match String::from_utf8(bytes) {
        Ok(text) => Ok(text.replace("\r\n", "\n")),
        Err(err) => Err(format!("终端里出现了不是 UTF-8 的字节：{err}")),
    }
}

/// 一段输出，和它后面的标记所说的退出状态（最后一段没有）。
struct Piece<'a> {
    output: &'a [u8],
    status: Option<i32>,
}

fn pieces(raw: &[u8]) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = Some(raw);
    std::iter::from_fn(move || {
        let raw = rest.take()?;
        let found = raw.iter().position(|&b| b == MARK).and_then(|start| {
            let tail = &raw[start + 1..];
            let len = tail.iter().position(|&b| b == MARK_END)?;
            let status = std::str::from_utf8(&tail[..len]).ok()?.parse().ok()?;
            Some((start, status, &tail[len + 1..]))
        });
        Some(match found {
            Some((start, status, tail)) => {
                rest = Some(tail);
                Piece {
                    output: &raw[..start],
                    status: Some(status),
                }
            }
            // 标记还没收全（或者根本没有）：它之前的部分是输出。
            None => Piece {
                output: &raw[..raw.iter().position(|&b| b == MARK).unwrap_or(raw.len())],
                status: None,
            },
        })
    })
}
