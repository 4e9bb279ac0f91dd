//! 看端口上有没有套接字：先问 sock_diag，问不了就看 /proc/net。用连接去试会用掉服务器的那次 accept，看不会。

use std::collections::BTreeSet;
use std::fs;

use crate::sockdiag;

/// /proc/net/tcp 的 st 列里，LISTEN 是 0A。
const TCP_LISTEN: u8 = 0x0a;

/// 表里的一行。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// 本端端口。
    pub local: u16,
    /// 对端端口；没有对端时是 0。
    pub remote: u16,
    /// 状态。
    pub state: u8,
}

/// 解析 /proc/net/{tcp,tcp6,udp,udp6} 的内容；认不出的行跳过（第一行是表头）。
pub fn parse(table: &str) -> impl Iterator<Item = Entry> + '_ {
    table.lines().filter_map(|line| {
        let mut fields = line.split_whitespace().skip(1);
        let port = |address: &str| u16::from_str_radix(address.rsplit_once(':')?.1, 16).ok();
        Some(Entry {
            local: port(fields.next()?)?,
            remote: port(fields.next()?)?,
            state: u8::from_str_radix(fields.next()?, 16).ok()?,
        })
    })
}

/// 有没有套接字在 `port` 上监听（TCP）或绑定（UDP）。
///
/// # Errors
/// 内核没有 sock_diag，/proc/net 也读不了时，返回一句说明。
pub fn is_listening(port: u16) -> Result<bool, String> {
    sockdiag::is_listening(port).or_else(|_| is_listed(port))
}

/// 同上，只看 /proc/net。
///
/// # Errors
/// 表读不了时，返回一句说明。
pub fn is_listed(port: u16) -> Result<bool, String> {
    let tcp = read(&["tcp", "tcp6"])?;
    let udp = read(&["udp", "udp6"])?;
    Ok(
        parse(&tcp).any(|entry| entry.local == port && entry.state == TCP_LISTEN)
            || parse(&udp).any(|entry| entry.local == port),
    )
}

/// 表里出现过的全部端口，TIME_WAIT 也算在内。
///
/// # Errors
/// /proc/net 读不了时，返回一句说明。
pub fn ports_in_use() -> Result<BTreeSet<u16>, String> {
    let all = read(&["tcp", "tcp6", "udp", "udp6"])?;
    Ok(parse(&all)
        .flat_map(|entry| [entry.local, entry.remote])
        .collect())
}

/// 把几张表接在一起；没有 IPv6 的机器上没有 tcp6 和 udp6，算空表。
fn read(tables: &[&str]) -> Result<String, String> {
    let mut text = String::new();
    for table in tables {
        let path = format!("/proc/net/{table}");
        match fs::read_to_string(&path) {
            Ok(content) => text.push_str(&content),
            Err(err) if err.kind() == std::io::ErrorKind::NotFound && table.ends_with('6') => {}
            Err(err) => return Err(format!("{path}：{err}")),
        }
    }
    Ok(text)
}
