//! 一个会话要多久：`cargo bench --bench sessions --profile dev`。
//!
//! 每个会话跑五遍，打印中位数；最后打印全部会话依次跑一遍的时间除以个数。

use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use book_tests::book::Book;
use book_tests::programs::Programs;
use book_tests::runner::{self, Cargo, Stage};

const RUNS: usize = 5;

fn main() -> ExitCode {
    match measure() {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}

fn measure() -> Result<(), String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap_or(Path::new("/"));
    let scratch = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let programs = Programs::build(root, scratch)?;
    let book = Book::load(root)?;
    let stage = Stage {
        root,
        programs: &programs,
        scratch,
        cargo: Cargo::Shim,
    };

    let mut medians = Vec::new();
    for session in &book.sessions {
        if session
            .requires
            .iter()
            .any(|requirement| requirement.missing().is_some())
        {
            continue;
        }
        let mut times = Vec::with_capacity(RUNS);
        for _ in 0..RUNS {
            let start = Instant::now();
            runner::run(session, &stage)?;
            times.push(start.elapsed());
        }
        times.sort_unstable();
        let median = times[RUNS / 2];
        println!("{:>8.1} 毫秒  {}", milliseconds(median), session.name);
        medians.push(median);
    }
    let total: Duration = medians.iter().sum();
    let count = medians.len();
    println!(
        "{count} 个会话，依次跑完 {:.1} 毫秒，平均 {:.1} 毫秒一个",
        milliseconds(total),
        milliseconds(total) / count as f64
    );
    Ok(())
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
