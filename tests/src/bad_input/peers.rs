//! 端口和对端：被占、没有人听、不讲道理、不说话。

use std::ffi::OsString;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::os::fd::OwnedFd;
use std::time::{Duration, Instant};

use rustix::net::{AddressFamily, SocketFlags, SocketType};

use super::WAITS;
use super::cases::{Cases, Expect};
use crate::ports::Reserved;
use crate::probe::{Limits, Probe};
use crate::usage::{Param, Usage};

/// 对端做什么。
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Peer {
    /// 连上就关。
    Leaves,
    /// 连上就 RST。
    Resets,
    /// 说几个字再 RST。
    SpeaksAndResets,
    /// 发 200000 个不是文字的字节。
    Noise,
    /// 不停地发，直到对方走开。
    NeverStops,
    /// 说几个字，关掉写的方向，不走。
    HalfCloses,
}

/// 要等到时限的一种情形。
pub(super) struct Patient {
    what: &'static str,
    args: Vec<OsString>,
    probe: Probe,
    /// 不说话、可是也不走的对端。
    silent: Vec<OwnedFd>,
    /// 对端不说话，它就该一直等。
    waits: bool,
    _port: Reserved,
}

impl Cases<'_> {
    pub(super) fn bad_ports(&mut self, usage: &Usage) -> Result<(), String> {
        if !usage.required.contains(&Param::Port) {
            return Ok(());
        }
        let folder = self.fresh()?;
        let (good, _port) = self.good(&folder)?;
        let args = usage.good_args(&good)?;
        if usage.is_client() {
            let expect = if self.is_udp() {
                Expect::Either
            } else {
                Expect::Failure
            };
            self.expect("没有人在听", &folder, &args, expect)?;
            // 广播地址连不上；UDP 也不许往那里发。
            if let Some(at) = usage.required.iter().position(|p| *p == Param::Ip) {
                let mut args = args.clone();
                args[at] = "255.255.255.255".into();
                self.expect("地址是 255.255.255.255", &folder, &args, Expect::Failure)?;
            }
        } else {
            let address = (Ipv4Addr::LOCALHOST, good.port);
            let _tcp = TcpListener::bind(address).map_err(|err| err.to_string())?;
            let _udp = UdpSocket::bind(address).map_err(|err| err.to_string())?;
            self.expect("端口被占", &folder, &args, Expect::Failure)?;
        }
        Ok(())
    }

    pub(super) fn rude_peers(&mut self, usage: &Usage) -> Result<(), String> {
        if self.is_udp() && usage.is_server() {
            return self.rude_datagrams(usage);
        }
        if !self.talks_tcp(usage) {
            return Ok(());
        }
        for (what, peer) in [
            ("对端连上就关", Peer::Leaves),
            ("对端连上就 RST", Peer::Resets),
            ("对端说几个字再 RST", Peer::SpeaksAndResets),
            ("对端发来 200000 个 0xff", Peer::Noise),
            ("对端不停地发", Peer::NeverStops),
            ("对端说几个字，关掉写的方向", Peer::HalfCloses),
        ] {
            let folder = self.fresh()?;
            let (good, _port) = self.good(&folder)?;
            let args = usage.good_args(&good)?;
            let start = |cases: &Self| cases.start(&folder, &args, Limits::default());
            let (mut probe, stream) = self.meet(usage, good.port, start)?;
            // 半关闭的那一个，要留到程序结束。
            let _stays = stream.and_then(|stream| peer.act(stream));
            let outcome = self.wait(&mut probe)?;
            self.judge(what, &args, outcome, Expect::Either);
        }
        Ok(())
    }

    /// 空的、最大的、不是文字的数据报。
    fn rude_datagrams(&mut self, usage: &Usage) -> Result<(), String> {
        let folder = self.fresh()?;
        let (good, _port) = self.good(&folder)?;
        let args = usage.good_args(&good)?;
        let mut probe = self.start(&folder, &args, Limits::default())?;
        if self.wait_listening(&mut probe, good.port)? {
            let address = (Ipv4Addr::LOCALHOST, good.port);
            let socket =
                UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).map_err(|err| err.to_string())?;
            for size in [0, 65507, 1, 65507] {
                // 程序可能已经收够，走了；那时发不出去不算错。
                drop(socket.send_to(&vec![0xff; size], address));
            }
        }
        let outcome = self.wait(&mut probe)?;
        self.judge(
            "对端发来空的、最大的、不是文字的数据报",
            &args,
            outcome,
            Expect::Either,
        );
        Ok(())
    }

    /// 启动程序，由我们来当对端，连上为止。程序先结束了，就没有连接。
    fn meet(
        &self,
        usage: &Usage,
        port: u16,
        start: impl FnOnce(&Self) -> Result<Probe, String>,
    ) -> Result<(Probe, Option<TcpStream>), String> {
        if usage.is_client() {
            let listener = self.listen(port)?;
            let mut probe = start(self)?;
            let stream = self.accept(&listener, &mut probe)?;
            return Ok((probe, stream));
        }
        let mut probe = start(self)?;
        let stream = if self.wait_listening(&mut probe, port)? {
            TcpStream::connect((Ipv4Addr::LOCALHOST, port)).ok()
        } else {
            None
        };
        Ok((probe, stream))
    }

    /// 启动程序，由我们来当一个讲礼貌的对端，直到它该结束了。
    pub(super) fn entertain(
        &self,
        usage: &Usage,
        port: u16,
        start: impl FnOnce(&Self) -> Result<Probe, String>,
    ) -> Result<Probe, String> {
        if self.talks_tcp(usage) {
            let (probe, stream) = self.meet(usage, port, start)?;
            if let Some(stream) = stream {
                say_hello(stream);
            }
            return Ok(probe);
        }
        let mut probe = start(self)?;
        if self.is_udp() && usage.is_server() && self.wait_listening(&mut probe, port)? {
            // 没有人给它发，它会一直等到自己的时限。
            send_datagrams(port);
        }
        Ok(probe)
    }

    /// 启动要等到时限的情形：对端不说话，说一个字节就不说了，积压队列满了。
    pub(super) fn start_patient(&mut self, usage: &Usage) -> Result<Vec<Patient>, String> {
        let mut patient = Vec::new();
        if !self.talks_tcp(usage) {
            return Ok(patient);
        }
        let waits = WAITS.iter().any(|(name, _)| *name == self.table.name);
        for (what, data) in [("对端不说话", ""), ("对端说一个字节就不说了", "H")] {
            let folder = self.fresh()?;
            let (good, port) = self.good(&folder)?;
            let args = usage.good_args(&good)?;
            let start = |cases: &Self| cases.start(&folder, &args, patient_limits());
            let (probe, stream) = self.meet(usage, good.port, start)?;
            let silent = stream.map(|mut stream| {
                // 程序可能不读就走了。
                drop(stream.write_all(data.as_bytes()));
                OwnedFd::from(stream)
            });
            patient.push(Patient {
                what,
                args,
                probe,
                silent: silent.into_iter().collect(),
                waits,
                _port: port,
            });
        }
        if usage.is_client() {
            let folder = self.fresh()?;
            let (good, port) = self.good(&folder)?;
            let args = usage.good_args(&good)?;
            let silent = full_backlog(good.port)?;
            patient.push(Patient {
                what: "对端的积压队列满了",
                probe: self.start(&folder, &args, Limits::default())?,
                args,
                silent,
                waits: false,
                _port: port,
            });
        }
        Ok(patient)
    }

    /// 看它们到了时限怎样收场。
    pub(super) fn finish_patient(&mut self, patient: Vec<Patient>) -> Result<(), String> {
        for mut case in patient {
            if case.waits {
                let outcome = case.probe.poll().map_err(|err| err.to_string())?;
                if outcome.is_some() {
                    self.judge(case.what, &case.args, outcome, Expect::Failure);
                    continue;
                }
                // 对端一走，它就该结束。
                case.silent.clear();
                let outcome = self.wait(&mut case.probe)?;
                self.judge(case.what, &case.args, outcome, Expect::Either);
                continue;
            }
            let limit = self.table.patience + self.table.limit;
            let outcome = case
                .probe
                .wait_while_busy(limit)
                .map_err(|err| err.to_string())?;
            self.judge(case.what, &case.args, outcome, Expect::Either);
        }
        Ok(())
    }
}

/// 等人的程序要有人不停地按回车，才会去读对端。
fn patient_limits() -> Limits {
    Limits {
        stdin: crate::probe::Input::File("/dev/zero"),
        ..Limits::default()
    }
}

/// 在 `port` 上监听、从不 accept、队列只有一格而且占着的套接字，和占着那一格的连接。
fn full_backlog(port: u16) -> Result<Vec<OwnedFd>, String> {
    let listener = rustix::net::socket_with(
        AddressFamily::INET,
        SocketType::STREAM,
        SocketFlags::CLOEXEC,
        None,
    );
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let filled = listener.and_then(|listener| {
        // 别的测试进程用过这个端口的话，它可能还在 TIME_WAIT 里。
        rustix::net::sockopt::set_socket_reuseaddr(&listener, true)?;
        rustix::net::bind(&listener, &address)?;
        rustix::net::listen(&listener, 0)?;
        Ok(listener)
    });
    let listener = filled.map_err(|err| format!("监听 {port}：{err}"))?;
    let filler = TcpStream::connect(address).map_err(|err| format!("连接 {port}：{err}"))?;
    Ok(vec![listener, filler.into()])
}

impl Peer {
    /// 对端可能已经走了，写不进去不算错。程序不读、也不关的话，两个方向都不等它。
    fn act(self, mut stream: TcpStream) -> Option<TcpStream> {
        let short = Some(Duration::from_millis(200));
        drop(stream.set_write_timeout(short));
        drop(stream.set_read_timeout(short));
        match self {
            Peer::Leaves => {}
            Peer::Resets => reset_on_close(&stream),
            Peer::SpeaksAndResets => {
                drop(stream.write_all(b"Hel"));
                reset_on_close(&stream);
            }
            Peer::Noise => {
                drop(stream.write_all(&[0xff; 200_000]));
                be_polite(&mut stream);
            }
            Peer::NeverStops => {
                let deadline = Instant::now() + Duration::from_secs(2);
                while Instant::now() < deadline && stream.write_all(&[0xff; 65536]).is_ok() {}
            }
            Peer::HalfCloses => {
                drop(stream.write_all(b"Hel"));
                drop(stream.shutdown(Shutdown::Write));
                return Some(stream);
            }
        }
        None
    }
}

/// 说一句完整的话，听完，再走。
fn say_hello(mut stream: TcpStream) {
    drop(stream.set_read_timeout(Some(Duration::from_millis(200))));
    drop(stream.write_all(b"Hello World!"));
    be_polite(&mut stream);
}

fn be_polite(stream: &mut TcpStream) {
    drop(stream.shutdown(Shutdown::Write));
    drop(stream.read_to_end(&mut Vec::new()));
}

/// 关闭时让内核发 RST，不发 FIN。
fn reset_on_close(stream: &TcpStream) {
    let _ignored = rustix::net::sockopt::set_socket_linger(stream, Some(Duration::ZERO));
}

/// 给 `port` 发几个数据报；没有人收也不算错。
fn send_datagrams(port: u16) {
    let Ok(socket) = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)) else {
        return;
    };
    for _ in 0..8 {
        drop(socket.send_to(b"Hello", (Ipv4Addr::LOCALHOST, port)));
    }
}
