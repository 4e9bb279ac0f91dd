//! 读懂 strace 的输出：一个进程依次对套接字、键盘和屏幕做了什么。

use std::collections::BTreeSet;

/// 只让 strace 记这几个调用；其余的与图无关，记了只会拖慢程序。
pub const TRACED: &str = "socket,bind,listen,accept,accept4,connect,poll,\
sendto,recvfrom,read,write,close,shutdown,exit_group";

/// 一次调用。只有程序真正从内核拿到结果的才算：被信号打断后重来的不算两次。
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Call {
    /// 造套接字。
    Socket {
        /// 得到的描述符。
        fd: i32,
        /// 是字节流还是数据报。
        stream: bool,
    },
    /// 绑定端口。
    Bind {
        /// 哪个描述符。
        fd: i32,
        /// 哪个端口。
        port: u16,
    },
    /// 开始监听。
    Listen {
        /// 哪个描述符。
        fd: i32,
    },
    /// 取出一个连接。
    Accept {
        /// 新的描述符。
        fd: i32,
    },
    /// 连上了。
    Connect {
        /// 哪个描述符。
        fd: i32,
        /// 先设成非阻塞，再用 poll 等它连好（std 的 `connect_timeout`）。
        polled: bool,
    },
    /// 发送。
    Send {
        /// 调用的名字：write 或 sendto。
        name: String,
        /// 哪个描述符。
        fd: i32,
        /// 内核收下的字节。
        data: Vec<u8>,
    },
    /// 接收。
    Receive {
        /// 调用的名字：read 或 recvfrom。
        name: String,
        /// 哪个描述符。
        fd: i32,
        /// 得到的字节。
        data: Vec<u8>,
        /// 缓冲区装满了：就算内核手上还有，这一次也拿不到。
        full: bool,
    },
    /// 关闭套接字。
    Close {
        /// 哪个描述符。
        fd: i32,
    },
    /// 不再发送。
    Shutdown {
        /// 哪个描述符。
        fd: i32,
    },
    /// 对套接字的调用失败了。
    Failed {
        /// 调用的名字。
        name: String,
        /// 错误的名字，例如 ECONNREFUSED。
        error: String,
    },
    /// 从键盘读到一行。
    Input {
        /// 那一行，不带换行。
        line: String,
    },
    /// 往屏幕上写。不画出来，只用来确定先后。
    Print {
        /// 写了什么。
        text: String,
    },
    /// 程序退出。
    Exit,
}

/// 读一个进程的记录。
///
/// # Errors
/// 不止一个进程或线程（它们谁先谁后没有保证）、或有一行读不懂时，返回一句说明。
pub fn parse(text: &str) -> Result<Vec<Call>, String> {
    let mut reader = Reader::default();
    let mut process = None;
    let mut unfinished = String::new();
    for line in text.lines() {
        let Some((pid, rest)) = line.split_once(char::is_whitespace) else {
            continue;
        };
        if *process.get_or_insert(pid) != pid {
            return Err("不止一个进程或线程，先后没有保证，画不了".into());
        }
        let rest = rest.trim_start();
        // 信号和退出的说明不是调用。
        if rest.starts_with("+++") || rest.starts_with("---") {
            continue;
        }
        if let Some(head) = rest.strip_suffix("<unfinished ...>") {
            unfinished = head.trim_end().to_owned();
            continue;
        }
        let whole = match rest
            .strip_prefix("<...")
            .and_then(|r| r.split_once("resumed>"))
        {
            Some((_, tail)) => std::mem::take(&mut unfinished) + tail,
            None => rest.to_owned(),
        };
        let syscall = Syscall::parse(&whole).ok_or_else(|| format!("读不懂这一行：{whole}"))?;
        reader.take(&syscall);
    }
    Ok(reader.calls)
}

/// 拆开的一行：`名字(参数, …) = 结果 错误`。
#[derive(Debug)]
struct Syscall {
    name: String,
    args: Vec<String>,
    /// 返回值；`?` 是没有返回。
    ret: Option<i64>,
    error: Option<String>,
}

impl Syscall {
    fn parse(line: &str) -> Option<Self> {
        let (name, rest) = line.split_once('(')?;
        let (args, tail) = split_args(rest)?;
        let mut result = tail.trim_start().strip_prefix('=')?.split_whitespace();
        let ret = result.next()?;
        let ret = ret.parse().ok();
        Some(Self {
            name: name.to_owned(),
            args,
            ret,
            error: result
                .next()
                .filter(|word| word.starts_with('E'))
                .map(str::to_owned),
        })
    }

    fn fd(&self) -> i32 {
        self.number(0).unwrap_or(-1)
    }

    fn number(&self, at: usize) -> Option<i32> {
        self.args.get(at)?.parse().ok()
    }

    fn data(&self) -> Vec<u8> {
        self.args.get(1).map(|arg| unquote(arg)).unwrap_or_default()
    }
}

/// 从 `(` 之后切开参数，直到配对的 `)`；返回参数和 `)` 之后的部分。引号和括号里的逗号不算。
fn split_args(text: &str) -> Option<(Vec<String>, &str)> {
    let mut args = Vec::new();
    let mut arg = String::new();
    let (mut depth, mut quoted, mut escaped) = (0, false, false);
    for (at, c) in text.char_indices() {
        if quoted {
            (quoted, escaped) = (c != '"' || escaped, c == '\\' && !escaped);
        } else {
            match c {
                '"' => quoted = true,
                '(' | '[' | '{' => depth += 1,
                ')' if depth == 0 => {
                    if !arg.trim().is_empty() {
                        args.push(arg.trim().to_owned());
                    }
                    return Some((args, &text[at + 1..]));
                }
                ')' | ']' | '}' => depth -= 1,
                ',' if depth == 0 => {
                    args.push(std::mem::take(&mut arg).trim().to_owned());
                    continue;
                }
                _ => {}
            }
        }
        arg.push(c);
    }
    None
}

/// strace 写的字符串换回字节：`"a\n\346"`。
fn unquote(text: &str) -> Vec<u8> {
    let inner = text
        .strip_prefix('"')
        .and_then(|rest| rest.rsplit_once('"'))
        .map_or("", |(inner, _)| inner);
    let mut bytes = Vec::new();
    let mut rest = inner.bytes().peekable();
    while let Some(byte) = rest.next() {
        if byte != b'\\' {
            bytes.push(byte);
            continue;
        }
        match rest.next() {
            Some(b'n') => bytes.push(b'\n'),
            Some(b't') => bytes.push(b'\t'),
            Some(b'r') => bytes.push(b'\r'),
            Some(b'v') => bytes.push(0x0b),
            Some(b'f') => bytes.push(0x0c),
            Some(digit @ b'0'..=b'7') => {
                let mut value = u32::from(digit - b'0');
                for _ in 0..2 {
                    let Some(digit) = rest.next_if(|b| (b'0'..=b'7').contains(b)) else {
                        break;
                    };
                    value = value * 8 + u32::from(digit - b'0');
                }
                bytes.push(u8::try_from(value).unwrap_or(b'?'));
            }
            Some(other) => bytes.push(other),
            None => {}
        }
    }
    bytes
}

/// 跟着描述符走：哪些是套接字。
#[derive(Debug, Default)]
struct Reader {
    sockets: BTreeSet<i32>,
    calls: Vec<Call>,
    /// 非阻塞的 connect 已经发起，还没连好。
    connecting: Option<i32>,
}

impl Reader {
    fn take(&mut self, call: &Syscall) {
        let fd = call.fd();
        let ours = call.name == "socket" || self.sockets.contains(&fd);
        if call.name == "exit_group" {
            self.calls.push(Call::Exit);
            return;
        }
        // `= ?` 是被信号打断、内核会重新开始的；完成的那一次另有一行。
        let Some(ret) = call.ret else { return };
        if ret < 0 {
            if ours {
                self.failed(call, fd);
            }
            return;
        }
        if call.name == "poll" {
            if ret > 0
                && let Some(fd) = self.connecting.take()
            {
                self.calls.push(Call::Connect { fd, polled: true });
            }
            return;
        }
        let taken = if ours {
            self.on_socket(call, fd, ret)
        } else {
            match (call.name.as_str(), fd) {
                ("read", 0) => Some(Call::Input {
                    line: String::from_utf8_lossy(&call.data())
                        .trim_end_matches('\n')
                        .to_owned(),
                }),
                ("write", 1 | 2) => Some(Call::Print {
                    text: String::from_utf8_lossy(&call.data()).into_owned(),
                }),
                _ => None,
            }
        };
        self.calls.extend(taken);
    }

    fn failed(&mut self, call: &Syscall, fd: i32) {
        let error = call.error.clone().unwrap_or_default();
        match error.as_str() {
            "EINPROGRESS" if call.name == "connect" => self.connecting = Some(fd),
            // 程序会重来。
            "EINTR" => {}
            _ => self.calls.push(Call::Failed {
                name: call.name.clone(),
                error,
            }),
        }
    }

    fn on_socket(&mut self, call: &Syscall, fd: i32, ret: i64) -> Option<Call> {
        let new = i32::try_from(ret).unwrap_or(-1);
        let name = call.name.clone();
        let count = usize::try_from(ret).unwrap_or(0);
        Some(match call.name.as_str() {
            "socket" => {
                self.sockets.insert(new);
                let stream = call
                    .args
                    .get(1)
                    .is_some_and(|kind| kind.contains("SOCK_STREAM"));
                Call::Socket { fd: new, stream }
            }
            "bind" => Call::Bind {
                fd,
                port: port(call.args.get(1)?)?,
            },
            "listen" => Call::Listen { fd },
            "accept" | "accept4" => {
                self.sockets.insert(new);
                Call::Accept { fd: new }
            }
            "connect" => Call::Connect { fd, polled: false },
            "write" | "sendto" => {
                let mut data = call.data();
                data.truncate(count);
                Call::Send { name, fd, data }
            }
            "read" | "recvfrom" => Call::Receive {
                name,
                fd,
                data: call.data(),
                full: call
                    .number(2)
                    .is_some_and(|size| i64::from(size) == ret && size > 0),
            },
            "shutdown" => Call::Shutdown { fd },
            "close" => {
                self.sockets.remove(&fd);
                Call::Close { fd }
            }
            _ => return None,
        })
    }
}

/// `{sa_family=AF_INET, sin_port=htons(9190), …}` 里的端口。
fn port(address: &str) -> Option<u16> {
    let (_, rest) = address.split_once("htons(")?;
    rest.split_once(')')?.0.parse().ok()
}
