//! The text of the programs whose memory is measured: so many marked functions, called on threads.
//!
//! Pure: a number in, source text out. The program takes the number of threads and whether spans
//! are recorded, and prints its own private memory, in KiB, after each of its stages.

use std::fmt::Write as _;
use std::path::Path;

/// Functions in a module.
const EACH: usize = 50;

pub(super) fn package(sites: usize) -> String {
    format!("sites_{sites}")
}

pub(super) fn manifest(sites: usize, runtime: &Path) -> String {
    format!(
        "[package]\nname = \"{}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
         [dependencies]\nplimsoll = {{ path = {runtime:?} }}\n",
        package(sites)
    )
}

/// File names and their texts.
pub(super) fn sources(sites: usize) -> Vec<(String, String)> {
    let mut main = String::from(MAIN);
    let mut run = String::from("fn run(order: u64) {\n");
    let mut sources = Vec::new();
    for module in 0..sites / EACH {
        // Writing to a String cannot fail.
        let _ = writeln!(main, "mod part{module};");
        let _ = writeln!(run, "    part{module}::run(order);");
        sources.push((format!("part{module}.rs"), part()));
    }
    sources.push(("main.rs".to_owned(), main + &run + "}\n"));
    sources
}

fn part() -> String {
    let mut text = String::new();
    let mut run = String::from("pub fn run(order: u64) {\n");
    for number in 0..EACH {
        let _ = write!(
            text,
            "#[plimsoll::observe]\n#[inline(never)]\nfn work{number}(order: u64) -> u64 {{\n    \
             order.wrapping_mul(31)\n}}\n\n"
        );
        let _ = writeln!(run, "    std::hint::black_box(work{number}(order));");
    }
    text + &run + "}\n"
}

const MAIN: &str = r#"
use std::sync::{Arc, Barrier};
use std::time::Duration;

/// Calls of each function on each thread.
const CALLS: u64 = 20;

/// Memory of this process that it shares with nobody and has written to, in KiB.
fn private() -> u64 {
    let rollup = std::fs::read_to_string("/proc/self/smaps_rollup").expect("smaps_rollup");
    let line = rollup.lines().find_map(|line| line.strip_prefix("Private_Dirty:"));
    let number = line.and_then(|line| line.split_whitespace().next());
    number.and_then(|number| number.parse().ok()).expect("Private_Dirty")
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let threads: usize = arguments.next().and_then(|text| text.parse().ok()).expect("threads");
    let spans = arguments.next().as_deref() == Some("spans");
    let before = private();
    let mut builder = plimsoll::builder().service("sites").no_admin();
    if !spans {
        builder = builder.no_traces();
    }
    let telemetry = builder.init().expect("init");
    let initialised = private();
    let gate = Arc::new(Barrier::new(threads + 1));
    for _ in 0..threads {
        let gate = Arc::clone(&gate);
        std::thread::spawn(move || {
            gate.wait();
            gate.wait();
            for order in 0..CALLS {
                run(order);
            }
            gate.wait();
            gate.wait();
        });
    }
    gate.wait();
    let started = private();
    gate.wait();
    gate.wait();
    // Whatever is on its way out leaves.
    std::thread::sleep(Duration::from_millis(500));
    let called = private();
    println!(
        "sites: {} {} {}",
        initialised.saturating_sub(before),
        started.saturating_sub(initialised),
        called.saturating_sub(started)
    );
    drop(telemetry);
    std::process::exit(0);
}

"#;
