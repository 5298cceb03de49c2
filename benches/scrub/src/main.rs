//! What the scrubber costs on lines without a secret, which nearly all are.
//!
//! ```text
//! cargo run --release --manifest-path benches/Cargo.toml -- scrub [FILE]
//! ```
//!
//! Without a file the lines are made here, always the same. Of a file, each line is a text, or a JSON
//! object with a `text`. All scan the same lines in turn, round by round, one thread, and the smallest
//! round counts: other load only ever adds to one. Texts are in memory; nothing is decoded or written.
//!
//! The peers know nine patterns, plimsoll all that it has, so `patterns` stands beside each. `touched` is how
//! many of the lines a scanner would change: on lines without a secret each is a mistake.

mod lines;
mod peers;

use std::borrow::Cow;
use std::hint::black_box;
use std::time::Instant;

use plimsoll::scrub::Scrubber;

const ROUNDS: usize = 15;

/// One scanner: its name, how many patterns it has, and whether it would change a line.
struct Case {
    name: &'static str,
    patterns: &'static str,
    changes: Box<dyn Fn(&str) -> bool>,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let lines = match std::env::args().nth(1) {
        Some(path) => lines::of(&std::fs::read_to_string(path)?),
        None => lines::made(20_000),
    };
    let bytes: usize = lines.iter().map(String::len).sum();
    let scrubber = Scrubber::new();
    let scanner = peers::scanner()?;
    let expressions = peers::expressions()?;
    let cases = [
        Case {
            name: "plimsoll",
            patterns: "over 150",
            changes: Box::new(move |line| matches!(scrubber.text(line), Cow::Owned(_))),
        },
        Case {
            name: "dd-sensitive-data-scanner",
            patterns: "nine, with its validators",
            changes: Box::new(move |line| scanner(line)),
        },
        Case {
            name: "regex, one by one",
            patterns: "nine",
            changes: Box::new(move |line| {
                expressions.iter().any(|one| matches!(one.replace_all(line, "***"), Cow::Owned(_)))
            }),
        },
    ];

    let mut best = [f64::INFINITY; 3];
    let mut touched = [0; 3];
    for _ in 0..ROUNDS {
        for (at, case) in cases.iter().enumerate() {
            let start = Instant::now();
            touched[at] = lines.iter().filter(|line| (case.changes)(black_box(line))).count();
            best[at] = best[at].min(start.elapsed().as_secs_f64());
        }
    }

    println!("{} lines of {:.0} bytes\n", lines.len(), bytes as f64 / lines.len() as f64);
    println!("| scanner | patterns | ns a line | MB/s | touched |");
    println!("|---|---|---:|---:|---:|");
    for (at, case) in cases.iter().enumerate() {
        println!(
            "| {} | {} | {:.0} | {:.0} | {} |",
            case.name,
            case.patterns,
            best[at] * 1e9 / lines.len() as f64,
            bytes as f64 / 1e6 / best[at],
            touched[at],
        );
    }
    println!();
    short(&cases);
    Ok(())
}

/// Short texts, which most messages are.
fn short(cases: &[Case]) {
    const TEXTS: [&str; 3] = [
        "cache entry refreshed",
        "request completed, the answer was taken from the cache and its age is fine",
        "order 7731 moved to shelf B12 by worker-3 in 81ms, next check at 10:42:07 UTC+2",
    ];
    const TIMES: usize = 20_000;
    println!("| text | {} |", cases.iter().map(|case| case.name).collect::<Vec<_>>().join(" | "));
    println!("|---|{}", "---:|".repeat(cases.len()));
    for text in TEXTS {
        let cells = cases.iter().map(|case| {
            let rounds = (0..ROUNDS).map(|_| {
                let start = Instant::now();
                for _ in 0..TIMES {
                    black_box((case.changes)(black_box(text)));
                }
                start.elapsed().as_secs_f64() * 1e9 / TIMES as f64
            });
            format!("{:.1} ns", rounds.fold(f64::INFINITY, f64::min))
        });
        let cells: Vec<String> = cells.collect();
        println!("| {} bytes: `{text}` | {} |", text.len(), cells.join(" | "));
    }
}
