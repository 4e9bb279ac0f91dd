//! 本章九个系统调用的原型，写成 libc crate 里的样子。签名写错一个类型，这个文件就编译不过。

use std::env;
use std::ffi::OsString;
use std::mem::size_of;
use std::process::ExitCode;

use libc::{c_char, c_int, c_void, mode_t, size_t, sockaddr, sockaddr_in, socklen_t, ssize_t};

// ANCHOR: socket
/// 造一个套接字。成功返回它的描述符，失败返回 -1。
const SOCKET: unsafe extern "C" fn(
    domain: c_int,   // 地址族：AF_INET 是 IPv4
    ty: c_int,       // 类型：SOCK_STREAM 或 SOCK_DGRAM
    protocol: c_int, // 协议：0 让内核按前两个参数选
) -> c_int = libc::socket;
// ANCHOR_END: socket

// ANCHOR: bind
/// 给套接字分配地址。成功返回 0，失败返回 -1。
const BIND: unsafe extern "C" fn(
    socket: c_int,            // 给哪个套接字
    address: *const sockaddr, // 地址放在哪里，内核只读它
    address_len: socklen_t,   // 地址占几个字节
) -> c_int = libc::bind;
// ANCHOR_END: bind

// ANCHOR: listen
/// 转为监听状态，立刻返回。成功返回 0，失败返回 -1。
const LISTEN: unsafe extern "C" fn(
    socket: c_int,  // 把哪个套接字
    backlog: c_int, // 积压队列的长度：握手完成、还没 accept 的连接排在里面
) -> c_int = libc::listen;
// ANCHOR_END: listen

// ANCHOR: accept
/// 取出一个已完成的连接；没有就等。成功返回新套接字的描述符，失败返回 -1。
const ACCEPT: unsafe extern "C" fn(
    socket: c_int,               // 从哪个监听套接字
    address: *mut sockaddr,      // 对端的地址写到哪里；不想要就给空指针
    address_len: *mut socklen_t, // 进去时是那块内存的大小，出来时是地址的实际长度
) -> c_int = libc::accept;
// ANCHOR_END: accept

// ANCHOR: connect
/// 请求连接。成功返回 0，失败返回 -1。
const CONNECT: unsafe extern "C" fn(
    socket: c_int,            // 用哪个套接字
    address: *const sockaddr, // 服务器的地址，内核只读它
    len: socklen_t,           // 地址占几个字节
) -> c_int = libc::connect;
// ANCHOR_END: connect

// ANCHOR: open
/// 打开文件。成功返回描述符，失败返回 -1。
const OPEN: unsafe extern "C" fn(
    path: *const c_char, // 路径，以 NUL 结尾
    oflag: c_int,        // 访问模式三选一，再叠加别的标志
    ... // 可变参数：有 O_CREAT（或 O_TMPFILE）时，这里还要有一个 mode_t，是新文件的权限
) -> c_int = libc::open;
// ANCHOR_END: open

// ANCHOR: close
/// 关闭描述符，文件和套接字都用它。成功返回 0，失败返回 -1。
const CLOSE: unsafe extern "C" fn(
    fd: c_int, // 关哪一个；不论返回什么，Linux 都已经收回了编号
) -> c_int = libc::close;
// ANCHOR_END: close

// ANCHOR: read
/// 读。返回读到的字节数，可能比要的少；0 是文件结尾，或字节流的对端不再发送；失败返回 -1。
const READ: unsafe extern "C" fn(
    fd: c_int,        // 从哪个描述符
    buf: *mut c_void, // 放到哪里
    count: size_t,    // 最多放几个字节
) -> ssize_t = libc::read;
// ANCHOR_END: read

// ANCHOR: write
/// 写。返回写出的字节数，可能比要的少；失败返回 -1。
const WRITE: unsafe extern "C" fn(
    fd: c_int,          // 往哪个描述符
    buf: *const c_void, // 从哪里取
    count: size_t,      // 最多取几个字节
) -> ssize_t = libc::write;
// ANCHOR_END: write

// 在 Rust 里，size_t 就是 usize，ssize_t 就是 isize：是同一个类型，不只是一样宽。
const _: fn(size_t) -> usize = |n| n;
const _: fn(ssize_t) -> isize = |n| n;

// ANCHOR: sizes
fn sizes() {
    println!("c_int       {} 字节", size_of::<c_int>()); // 描述符、标志、返回值
    println!("size_t      {} 字节", size_of::<size_t>()); // 无符号，内存里的长度
    println!("ssize_t     {} 字节", size_of::<ssize_t>()); // 有符号，才放得下 -1
    println!("mode_t      {} 字节", size_of::<mode_t>()); // 文件权限
    println!("socklen_t   {} 字节", size_of::<socklen_t>()); // 地址的长度
    println!("sockaddr_in {} 字节", size_of::<sockaddr_in>()); // IPv4 地址加端口
}
// ANCHOR_END: sizes

fn main() -> ExitCode {
    if let Err(why) = parse_args(env::args_os().skip(1).collect()) {
        eprintln!("{why}。用法：prototypes");
        return ExitCode::from(2);
    }
    // 九个原型类型各不相同，只当作地址放进一张表，数一数。
    let checked: [*const (); 9] = [
        SOCKET as *const (),
        BIND as *const (),
        LISTEN as *const (),
        ACCEPT as *const (),
        CONNECT as *const (),
        OPEN as *const (),
        CLOSE as *const (),
        READ as *const (),
        WRITE as *const (),
    ];
    println!("{} 个原型，编译器都核对过", checked.len());
    sizes();
    ExitCode::SUCCESS
}

fn parse_args(args: Vec<OsString>) -> Result<(), String> {
    if args.is_empty() {
        return Ok(());
    }
    Err(format!("不要参数，给了 {} 个", args.len()))
}
