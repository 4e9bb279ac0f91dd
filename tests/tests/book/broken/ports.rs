//! 占端口、看端口：与真的套接字对照。

use std::collections::BTreeSet;
use std::net::{Ipv4Addr, Ipv6Addr, TcpListener, TcpStream, UdpSocket};
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixDatagram};

use book_tests::ports::{self, Reserved};
use book_tests::{procnet, sockdiag};

use super::tests;

tests!("ports":
    two_ports_are_never_the_same, lock_goes_with_the_reservation, asking_and_listing_agree,
    ports_are_not_given_twice, ports_in_use,
);

#[track_caller]
fn reserve() -> Reserved {
    ports::reserve(9190, "").unwrap_or_else(|why| panic!("{why}"))
}

/// 同时占的端口各不相同，位数和书里的一样。
fn two_ports_are_never_the_same() {
    let mut reserved = Vec::new();
    for _ in 0..50 {
        match ports::reserve(9190, "") {
            Ok(port) => reserved.push(port),
            Err(why) => panic!("{why}"),
        }
    }
    let mut numbers: Vec<u16> = reserved.iter().map(|reserved| reserved.port).collect();
    numbers.sort_unstable();
    numbers.dedup();
    assert_eq!(numbers.len(), 50);
    assert!(
        numbers.iter().all(|port| (1024..=9999).contains(port)),
        "{numbers:?}"
    );
}

/// 占着的时候别的进程拿不到同一把锁；放开以后拿得到，什么也没留下。
fn lock_goes_with_the_reservation() {
    let reserved = reserve();
    let name = format!("rust-net-book-port-{}", reserved.port);
    let lock = || {
        let name = SocketAddr::from_abstract_name(&name).unwrap_or_else(|err| panic!("{err}"));
        UnixDatagram::bind_addr(&name)
    };
    assert!(lock().is_err(), "占着的时候又锁上了一次");
    drop(reserved);
    // 别的线程可能刚好 fork：子进程在 exec 之前还拿着旧的那把。
    while lock().is_err() {
        std::thread::yield_now();
    }
}

#[track_caller]
fn opened<T>(result: std::io::Result<T>) -> T {
    result.unwrap_or_else(|err| panic!("{err}"))
}

/// sock_diag 和 /proc/net 两种看法一致，而且都对。
fn asking_and_listing_agree() {
    let (tcp, udp, tcp6, any) = (reserve(), reserve(), reserve(), reserve());
    let (bound, idle) = (reserve(), reserve());
    let _tcp = opened(TcpListener::bind((Ipv4Addr::LOCALHOST, tcp.port)));
    let _udp = opened(UdpSocket::bind((Ipv4Addr::LOCALHOST, udp.port)));
    let _any = opened(TcpListener::bind((Ipv4Addr::UNSPECIFIED, any.port)));
    let tcp6_listens = TcpListener::bind((Ipv6Addr::LOCALHOST, tcp6.port));
    // 绑定了却没有监听的 TCP 套接字，还没有就绪。
    let _bound = rustix::net::socket(
        rustix::net::AddressFamily::INET,
        rustix::net::SocketType::STREAM,
        None,
    )
    .and_then(|socket| {
        let address = std::net::SocketAddr::from((Ipv4Addr::LOCALHOST, bound.port));
        rustix::net::bind(&socket, &address).map(|()| socket)
    });
    for (what, port, expected) in [
        ("TCP", tcp.port, true),
        ("UDP", udp.port, true),
        ("全零地址", any.port, true),
        ("IPv6", tcp6.port, tcp6_listens.is_ok()),
        ("没有 listen", bound.port, false),
        ("没有人", idle.port, false),
    ] {
        // 别的测试正在开关套接字，内核一段一段给出的表可能漏掉一行；再读一遍就有。
        let listed = (0..100)
            .map(|_| procnet::is_listed(port))
            .find(|answer| *answer == Ok(expected))
            .unwrap_or_else(|| procnet::is_listed(port));
        assert_eq!(listed, Ok(expected), "{what}：/proc/net");
        assert_eq!(procnet::is_listening(port), Ok(expected), "{what}");
        // 内核没有 sock_diag 的机器上问不了，那时 is_listening 看的就是表。
        if let Ok(answer) = sockdiag::is_listening(port) {
            assert_eq!(answer, expected, "{what}：sock_diag");
        }
    }
}

/// 放开的端口不会马上又给出来：它可能还在 TIME_WAIT 里。
fn ports_are_not_given_twice() {
    let mut seen = BTreeSet::new();
    for _ in 0..200 {
        let port = reserve().port;
        assert!(seen.insert(port), "{port} 给了两次");
    }
}

/// 监听着、绑定着、还在 TIME_WAIT 里的端口，都算用着。
fn ports_in_use() {
    let used = |port| match procnet::ports_in_use() {
        Ok(ports) => ports.contains(&port),
        Err(why) => panic!("{why}"),
    };
    let port = reserve().port;
    assert!(!used(port), "没有人用");
    {
        let _udp = UdpSocket::bind((Ipv4Addr::LOCALHOST, port));
        assert!(used(port), "UDP 绑定着");
    }
    if let Ok(_tcp6) = TcpListener::bind((Ipv6Addr::LOCALHOST, port)) {
        assert!(used(port), "IPv6 监听着");
    }
    let address = (Ipv4Addr::LOCALHOST, port);
    let pair = TcpListener::bind(address).and_then(|listener| {
        let client = TcpStream::connect(address)?;
        Ok((listener.accept()?.0, client))
    });
    match pair {
        Ok((server, client)) => {
            drop(server); // 先关的一端进 TIME_WAIT
            drop(client);
        }
        Err(err) => panic!("{err}"),
    }
    assert!(used(port), "在 TIME_WAIT 里");
}
