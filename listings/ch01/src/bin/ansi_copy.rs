//! 文件复制，带缓冲：程序照样一小块一小块地读写，缓冲区把它们合成大块再交给内核。

use std::env;
use std::ffi::OsString;
use std::fs::{File, OpenOptions};
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::os::unix::fs::{FileTypeExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

// ANCHOR: copy
fn copy(args: &Args) -> io::Result<()> {
    let (source_path, target_path) = (&args.source, &args.target);
    let (source, target, is_regular) = open_both(source_path, target_path)?;

    // 两个缓冲区默认各 8 KiB；一次要的不小于它时，直接读写文件。
    let mut reader = BufReader::new(source);
    let mut writer = BufWriter::new(target);
    let mut buf = vec![0; args.chunk];
    let mut total: u64 = 0;
    loop {
        let n = match reader.read(&mut buf) {
            Ok(0) => break,
            Ok(n) => n,
            Err(err) if err.kind() == io::ErrorKind::Interrupted => continue,
            Err(err) => return Err(context("read", source_path, err)),
        };
        writer
            .write_all(&buf[..n])
            .map_err(|err| context("write", target_path, err))?;
        total += n as u64;
    }
    // 最后不满一块的还在缓冲区里。不 flush，它要等 Drop 才写，出了错也没人知道。
    writer
        .flush()
        .map_err(|err| context("write", target_path, err))?;
    // std 没有会报错的 close。普通文件就等它存到磁盘上，迟来的写错误在这里报告。
    if is_regular {
        writer
            .get_ref()
            .sync_all()
            .map_err(|err| context("fsync", target_path, err))?;
    }
    println!("复制了 {total} 字节，每次最多 {} 字节", args.chunk);
    Ok(())
}
// ANCHOR_END: copy

/// 打开两个文件，目标清空；第三个值说目标是不是普通文件。
/// 和 low_copy 一样：查完源文件再碰目标，确认不是同一个文件再清空。
fn open_both(source_path: &Path, target_path: &Path) -> io::Result<(File, File, bool)> {
    // O_NONBLOCK：万一是 FIFO，open 也不停下来等另一头。对普通文件没有作用。
    let source = OpenOptions::new()
        .read(true)
        .custom_flags(libc::O_NONBLOCK)
        .open(source_path)
        .map_err(|err| context("open", source_path, err))?;
    let source_meta = source
        .metadata()
        .map_err(|err| context("fstat", source_path, err))?;
    if source_meta.is_dir() {
        // 文件夹也能打开，要到 read 才失败；现在就替内核说出那个错误。
        let err = io::Error::from_raw_os_error(libc::EISDIR);
        return Err(context("read", source_path, err));
    }
    if !source_meta.is_file() {
        return Err(irregular(source_path));
    }

    let target = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .custom_flags(libc::O_NONBLOCK)
        .open(target_path)
        .map_err(|err| context("open", target_path, err))?;
    let target_meta = target
        .metadata()
        .map_err(|err| context("fstat", target_path, err))?;
    if (source_meta.dev(), source_meta.ino()) == (target_meta.dev(), target_meta.ino()) {
        return Err(io::Error::other(format!(
            "{source_path:?} 和 {target_path:?} 是同一个文件"
        )));
    }
    if target_meta.file_type().is_fifo() {
        return Err(irregular(target_path));
    }
    if target_meta.is_file() {
        target
            .set_len(0)
            .map_err(|err| context("ftruncate", target_path, err))?;
    }
    Ok((source, target, target_meta.is_file()))
}

struct Args {
    source: PathBuf,
    target: PathBuf,
    chunk: usize,
}

fn main() -> ExitCode {
    let args = match parse_args(env::args_os().skip(1).collect()) {
        Ok(args) => args,
        Err(why) => {
            eprintln!("{why}。用法：ansi_copy <源文件> <目标文件> [每次字节数]");
            return ExitCode::from(2);
        }
    };
    match copy(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(err) => {
            eprintln!("出错：{err}");
            ExitCode::FAILURE
        }
    }
}

/// 错误里说明是哪个调用、哪个文件。
fn context(call: &str, path: &Path, err: io::Error) -> io::Error {
    io::Error::new(err.kind(), format!("{call} {path:?}：{err}"))
}

fn irregular(path: &Path) -> io::Error {
    io::Error::other(format!("{path:?} 不是普通文件，不复制"))
}

fn parse_args(args: Vec<OsString>) -> Result<Args, String> {
    let (source, target, chunk) = match args.as_slice() {
        [source, target] => (source, target, 4096),
        [source, target, chunk] => {
            let parsed = chunk.to_str().and_then(|text| text.parse().ok());
            match parsed {
                Some(n @ 1..=1_048_576) => (source, target, n),
                _ => {
                    return Err(format!(
                        "每次字节数要是 1～1048576 的整数，给的是 {chunk:?}"
                    ));
                }
            }
        }
        _ => return Err(format!("要 2～3 个参数，给了 {} 个", args.len())),
    };
    Ok(Args {
        source: source.into(),
        target: target.into(),
        chunk,
    })
}
