//! 直接问内核一个端口上有没有套接字（sock_diag(7)）。
//!
//! 读 /proc/net/tcp，内核要把整张连接表走一遍，空的也走：26 万格的表要一两毫秒。问一个端口只查一格。

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use rustix::net::netlink::{self, SocketAddrNetlink};
use rustix::net::{AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType};

/// 请求和回答的类型（linux/sock_diag.h）。
const SOCK_DIAG_BY_FAMILY: u16 = 20;
/// 内核的回答：出错（linux/netlink.h）。
const NLMSG_ERROR: u16 = 2;
/// 这是一个请求。
const NLM_F_REQUEST: u16 = 1;
/// 监听状态（net/tcp_states.h）。
const TCP_LISTEN: u8 = 10;
/// 两种头的长度：nlmsghdr 和 inet_diag_req_v2（linux/inet_diag.h）。
const HEADER: usize = 16;
const REQUEST: usize = 56;

/// 有没有套接字在环回地址的 `port` 上监听（TCP）或绑定（UDP）；绑在全零地址上的也算。
///
/// # Errors
/// 内核没有 sock_diag，或者不许用，返回那个错误。
pub fn is_listening(port: u16) -> io::Result<bool> {
    let v4 = IpAddr::V4(Ipv4Addr::LOCALHOST);
    let v6 = IpAddr::V6(Ipv6Addr::LOCALHOST);
    if state(libc::IPPROTO_TCP, v4, port)? == Some(TCP_LISTEN)
        || state(libc::IPPROTO_UDP, v4, port)?.is_some()
    {
        return Ok(true);
    }
    // 没有 IPv6 的机器上，这两问会出错；那里也就没有人监听。
    let tcp = state(libc::IPPROTO_TCP, v6, port).unwrap_or_default();
    let udp = state(libc::IPPROTO_UDP, v6, port).unwrap_or_default();
    Ok(tcp == Some(TCP_LISTEN) || udp.is_some())
}

/// 发到 `ip:port` 的东西，内核会交给哪个没有固定对端的套接字；它的状态。
fn state(protocol: i32, ip: IpAddr, port: u16) -> io::Result<Option<u8>> {
    let socket = rustix::net::socket_with(
        AddressFamily::NETLINK,
        SocketType::DGRAM,
        SocketFlags::CLOEXEC,
        Some(netlink::SOCK_DIAG),
    )?;
    let kernel = SocketAddrNetlink::new(0, 0);
    let message = request(protocol, ip, port);
    rustix::net::sendto(&socket, &message, SendFlags::empty(), &kernel)?;
    let mut answer = [0; 1024];
    let (len, _) = rustix::io::retry_on_intr(|| {
        rustix::net::recv(&socket, &mut answer[..], RecvFlags::empty())
    })?;
    parse(&answer[..len.min(answer.len())])
}

/// 一条请求。数都是本机字节序，端口和地址是网络字节序。
fn request(protocol: i32, ip: IpAddr, port: u16) -> Vec<u8> {
    let mut address = [0; 16];
    let family = match ip {
        IpAddr::V4(ip) => {
            address[..4].copy_from_slice(&ip.octets());
            libc::AF_INET
        }
        IpAddr::V6(ip) => {
            address = ip.octets();
            libc::AF_INET6
        }
    };
    let mut message = Vec::with_capacity(HEADER + REQUEST);
    message.extend(((HEADER + REQUEST) as u32).to_ne_bytes());
    message.extend(SOCK_DIAG_BY_FAMILY.to_ne_bytes());
    message.extend(NLM_F_REQUEST.to_ne_bytes());
    message.extend([0; 8]); // 序号和发送者：一问一答，用不着
    message.extend([family as u8, protocol as u8, 0, 0]);
    message.extend(u32::MAX.to_ne_bytes()); // 什么状态都要
    // 因为历史的缘故，UDP 的“源”和“目的”与 TCP 的相反；没有固定的对端，那一头全零。
    let (local, remote) = ((port.to_be_bytes(), address), ([0; 2], [0; 16]));
    let (source, target) = match protocol {
        libc::IPPROTO_UDP => (remote, local),
        _ => (local, remote),
    };
    message.extend(source.0);
    message.extend(target.0);
    message.extend(source.1);
    message.extend(target.1);
    message.extend(0_u32.to_ne_bytes()); // 哪个接口都行
    message.extend([0xff; 8]); // 不核对 cookie
    message
}

/// 内核的回答：套接字的状态；没有这样的套接字是 `None`。
fn parse(answer: &[u8]) -> io::Result<Option<u8>> {
    let kind = answer.get(4..6).map(|b| u16::from_ne_bytes([b[0], b[1]]));
    match (kind, answer.get(HEADER..HEADER + 4)) {
        (Some(SOCK_DIAG_BY_FAMILY), Some(body)) => Ok(Some(body[1])),
        (Some(NLMSG_ERROR), Some(code)) => {
            let code = i32::from_ne_bytes([code[0], code[1], code[2], code[3]]);
            match -code {
                libc::ENOENT => Ok(None),
                code => Err(io::Error::from_raw_os_error(code)),
            }
        }
        _ => Err(io::Error::other("看不懂内核的回答")),
    }
}
