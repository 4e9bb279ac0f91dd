//! 术语表里不用的词。

/// 不用的词、用哪个、哪些词里正好有这几个字。放在“”里提到它们（解释为什么不用）不算。
const TERMS: [(&str, &str, &[&str]); 26] = [
    ("插口", "套接字", &[]),
    ("服务器端", "服务器", &["服务器端口"]),
    ("服务端", "服务器", &["服务端口"]),
    ("系统函数", "系统调用", &["操作系统函数"]),
    ("协议家族", "地址族", &[]),
    ("数据边界", "消息边界", &[]),
    ("对方主机", "对端", &[]),
    ("门卫套接字", "监听套接字", &[]),
    ("连接请求等待室", "积压队列", &[]),
    ("堵塞", "阻塞", &[]),
    ("回环地址", "环回地址", &[]),
    ("本机地址", "环回地址", &[]),
    ("随机端口", "临时端口", &[]),
    ("文件句柄", "文件描述符", &[]),
    ("分包", "成帧", &["部分包", "十分包"]),
    ("粘包", "成帧", &[]),
    ("输出缓冲区", "发送缓冲区", &[]),
    ("输入缓冲区", "接收缓冲区", &[]),
    ("众所周知", "（删掉）", &[]),
    ("值得注意的是", "（删掉）", &[]),
    ("总而言之", "（删掉）", &[]),
    ("显而易见", "（删掉）", &[]),
    ("显然", "（删掉）", &[]),
    ("不难看出", "（删掉）", &[]),
    ("一般来说", "（删掉）", &[]),
    ("综上所述", "（删掉）", &[]),
];

/// 一段话里不用的词，和该用的；每出现一次算一次。
#[must_use]
pub fn wrong(text: &str) -> Vec<(&'static str, &'static str)> {
    let mut found = Vec::new();
    for (word, better, parts) in TERMS {
        for (at, _) in text.match_indices(word) {
            if !quoted(&text[..at]) && !parts.iter().any(|part| inside(text, at, word, part)) {
                found.push((word, better));
            }
        }
    }
    found
}

/// `at` 处的 `word` 是不是 `longer` 这个词的一部分。
fn inside(text: &str, at: usize, word: &str, longer: &str) -> bool {
    longer.match_indices(word).any(|(offset, _)| {
        at.checked_sub(offset)
            .and_then(|start| text.get(start..))
            .is_some_and(|rest| rest.starts_with(longer))
    })
}

/// 前文里有没有还没闭合的 “。
fn quoted(before: &str) -> bool {
    before.rfind('“') > before.rfind('”')
}
