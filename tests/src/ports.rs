//! 端口：读者看到的号码，换成运行时真正空闲的号码，再换回来。

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{BuildHasher, RandomState};
use std::io;
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixDatagram};
use std::sync::{Mutex, MutexGuard, Once, PoisonError};

use crate::procnet;

/// 选口的范围：在临时端口（32768 起）之下，在特权端口之上。
const LOWEST: u16 = 1024;
const BELOW: u16 = 32768;

/// 占住的一个端口。别的测试进程看得见这把锁，直到它被丢弃。
///
/// 锁是一个抽象命名空间里的 Unix 套接字：同一个网络命名空间里只能有一个这样的名字，进程没了它就没了，不留文件。
#[derive(Debug)]
pub struct Reserved {
    /// 端口号。
    pub port: u16,
    _lock: UnixDatagram,
}

/// 占一个和 `like` 位数相同、没人用的端口。`avoid` 里出现过的数不用，免得换回来时认错。
///
/// # Errors
/// 系统不给套接字，或范围里一个空闲的都没有时，返回一句说明。
pub fn reserve(like: u16, avoid: &str) -> Result<Reserved, String> {
    let digits = like.to_string().len() as u32;
    let low = 10_u16.pow(digits - 1).max(LOWEST);
    let high = 10_u32.pow(digits).min(u32::from(BELOW)) as u16;
    if low >= high {
        return Err(format!(
            "{like} 不在 {LOWEST}～{} 之内，没法替换",
            BELOW - 1
        ));
    }
    // 用过的都用完了，再看一遍此刻真正有人用的。
    for refresh in [false, true] {
        let mut used = used(refresh)?;
        let start = (RandomState::new().hash_one(low) % u64::from(high - low)) as u16;
        for port in (low + start..high).chain(low..low + start) {
            if used.contains(&port) || replace_word(avoid, &port.to_string(), "") != avoid {
                continue;
            }
            let lock = lock(port).map_err(|err| format!("占端口 {port}：{err}"))?;
            if let Some(lock) = lock
                && !procnet::is_listening(port)?
            {
                used.insert(port);
                return Ok(Reserved { port, _lock: lock });
            }
        }
    }
    Err(format!("{low}～{} 里没有空闲端口", high - 1))
}

/// 用着的和这个进程用过的端口。用过的不再给第二次：它可能还在 TIME_WAIT 里。
///
/// 不用 bind 去试：别的线程这时正好 fork，它的子进程在 exec 之前还拿着试的那个套接字，程序自己就 bind 不成了。
fn used(refresh: bool) -> Result<MutexGuard<'static, BTreeSet<u16>>, String> {
    static USED: Mutex<BTreeSet<u16>> = Mutex::new(BTreeSet::new());
    static READ: Once = Once::new();
    let mut used = USED.lock().unwrap_or_else(PoisonError::into_inner);
    if refresh || !READ.is_completed() {
        *used = procnet::ports_in_use()?;
        READ.call_once(|| {});
    }
    Ok(used)
}

/// 占住的锁；别人已经占着就没有。
fn lock(port: u16) -> io::Result<Option<UnixDatagram>> {
    let name = SocketAddr::from_abstract_name(format!("rust-net-book-port-{port}"))?;
    match UnixDatagram::bind_addr(&name) {
        Ok(lock) => Ok(Some(lock)),
        Err(err) if err.kind() == io::ErrorKind::AddrInUse => Ok(None),
        Err(err) => Err(err),
    }
}

/// 书里的端口 → 这次用的端口。
#[derive(Debug, Default)]
pub struct PortMap {
    ports: BTreeMap<u16, Reserved>,
}

impl PortMap {
    /// 给书里的每个端口占一个真的。
    ///
    /// # Errors
    /// 同 [`reserve`]。
    pub fn reserve(shown: impl IntoIterator<Item = u16>, avoid: &str) -> Result<Self, String> {
        let mut ports = BTreeMap::new();
        for port in shown {
            ports.insert(port, reserve(port, avoid)?);
        }
        Ok(Self { ports })
    }

    /// 书里的端口这次是哪一个；没有替换的原样返回。
    #[must_use]
    pub fn actual(&self, shown: u16) -> u16 {
        self.ports
            .get(&shown)
            .map_or(shown, |reserved| reserved.port)
    }

    /// 把要敲的命令里的端口换成这次用的。
    #[must_use]
    pub fn to_actual(&self, text: &str) -> String {
        self.map(text, |shown, actual| (shown, actual))
    }

    /// 把输出里这次用的端口换回书里的。
    #[must_use]
    pub fn to_shown(&self, text: &str) -> String {
        self.map(text, |shown, actual| (actual, shown))
    }

    fn map(&self, text: &str, direction: impl Fn(u16, u16) -> (u16, u16)) -> String {
        let mut text = text.to_owned();
        for (&shown, reserved) in &self.ports {
            let (from, to) = direction(shown, reserved.port);
            text = replace_word(&text, &from.to_string(), &to.to_string());
        }
        text
    }
}

/// 把作为整个词出现的 `from` 换成 `to`：前后紧挨着字母、数字或下划线的不算。
#[must_use]
pub fn replace_word(text: &str, from: &str, to: &str) -> String {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut result = String::new();
    let mut copied = 0;
    for (at, _) in text.match_indices(from) {
        let before = text[..at].chars().next_back();
        let after = text[at + from.len()..].chars().next();
        if before.is_some_and(is_word) || after.is_some_and(is_word) {
            continue;
        }
        result.push_str(&text[copied..at]);
        result.push_str(to);
        copied = at + from.len();
    }
    result.push_str(&text[copied..]);
    result
}
