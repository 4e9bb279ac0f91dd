//! 会话要求机器具备的条件。缺了就按名字跳过，绝不当作“会变的输出”。

use std::fs;
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use serde::Deserialize;

/// 一个条件。
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Requirement {
    /// 装了 strace，而且这里允许用 ptrace。
    Strace,
    /// 环回接口上有 IPv6。
    Ipv6,
    /// 内核支持 MPTCP，而且打开着。
    Mptcp,
    /// 有 CAP_NET_RAW（root 一般有）。
    CapNetRaw,
    /// 没有 CAP_NET_RAW（普通用户都没有）。
    NoCapNetRaw,
}

/// 权能在位图里的位置（linux/capability.h）：不管文件的权限。
pub const CAP_DAC_OVERRIDE: u32 = 1;
/// 不管读文件、进文件夹的权限。
pub const CAP_DAC_READ_SEARCH: u32 = 2;
/// 可以放弃权能。
const CAP_SETPCAP: u32 = 8;
/// 可以造原始套接字。
const CAP_NET_RAW: u32 = 13;

impl Requirement {
    /// 这台机器缺这个条件的话，缺什么。
    #[must_use]
    pub fn missing(self) -> Option<&'static str> {
        let (met, why) = match self {
            Requirement::Strace => (has_strace(), "没有能用的 strace"),
            Requirement::Ipv6 => (has_ipv6(), "没有 IPv6"),
            Requirement::Mptcp => (has_mptcp(), "内核没有 MPTCP"),
            Requirement::CapNetRaw => (has_net_raw(), "没有 CAP_NET_RAW"),
            Requirement::NoCapNetRaw => (!has_net_raw(), "有 CAP_NET_RAW"),
        };
        (!met).then_some(why)
    }
}

fn has_strace() -> bool {
    static STRACE: OnceLock<bool> = OnceLock::new();
    *STRACE.get_or_init(|| {
        Command::new("strace")
            .args(["-o", "/dev/null", "true"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
    })
}

fn has_ipv6() -> bool {
    std::net::UdpSocket::bind("[::1]:0").is_ok()
}

fn has_mptcp() -> bool {
    fs::read_to_string("/proc/sys/net/mptcp/enabled").is_ok_and(|text| text.trim() == "1")
}

fn has_net_raw() -> bool {
    has_capability(CAP_NET_RAW)
}

/// 文件的权限管得住我们启动的程序：不是 root，或者能放弃 root 的那种权能。
#[must_use]
pub fn can_obey_permissions() -> bool {
    !has_capability(CAP_DAC_OVERRIDE) || has_capability(CAP_SETPCAP)
}

fn has_capability(capability: u32) -> bool {
    let Ok(status) = fs::read_to_string("/proc/self/status") else {
        return false;
    };
    effective_capabilities(&status).is_some_and(|caps| caps >> capability & 1 == 1)
}

/// /proc/PID/status 里 CapEff 那一行。
fn effective_capabilities(status: &str) -> Option<u64> {
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("CapEff:"))?;
    u64::from_str_radix(line.trim(), 16).ok()
}
