//! What leaks: a canary in each slot of plimsoll, of crates that redact, and of plain `tracing`.
//!
//! ```text
//! cargo run --release --manifest-path benches/Cargo.toml -- leaks [filter ..]
//! ```
//!
//! Each crate is a process of its own, this program once more, that fills every slot which the crate
//! has an answer for, as its README recommends. What the process wrote, to standard output and
//! standard error, is searched for the canaries by `plimsoll::testing`: in every encoding, and in
//! parts of six characters. A slot whose control, a number beside the secret, is nowhere to be found
//! has shown nothing, and fails the run.
//!
//! The table is Markdown. A filter is a part of a crate's name. Called by itself
//! (`cargo run -p plimsoll-leaks --`), the program knows two options more: `--shown` prints what each
//! process wrote, `--accept` puts the table into the README beside it. It asserts nothing about who
//! leaks: plimsoll's own test of that is `tests/tests/canaries`.

mod peers;
mod slots;
mod table;

use std::collections::BTreeMap;
use std::error::Error;
use std::process::{Command, ExitCode};

use plimsoll::testing::leaks;

use peers::{PEERS, Peer};
use slots::{Answer, Cell, Slot};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let done = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["--peer", name] => serve(name),
        _ => run(&arguments),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("plimsoll-leaks: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Fills all slots of one crate, and says last how each was answered.
fn serve(name: &str) -> Result<bool, Box<dyn Error>> {
    let peer = PEERS.iter().find(|peer| peer.name == name).ok_or("no such crate")?;
    let answers = (peer.serve)()?;
    let answers: BTreeMap<&str, Answer> =
        answers.into_iter().map(|(slot, answer)| (slot.name(), answer)).collect();
    println!("\n{ANSWERS}{}", serde_json::to_string(&answers)?);
    Ok(true)
}

const README: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");
const HEAD: &str = "# What leaks

```sh
cargo run --release --manifest-path benches/Cargo.toml -- leaks
```

A secret in each of these slots of each crate, used as its README recommends; and a search for it in all
that the crate's process wrote. How it is measured stands in `src/main.rs`, what each crate was given in
`src/peers/`. plimsoll runs with `replace_panic_hook()`: std's own hook writes a panic's whole message to
standard error. This page is written by `cargo run --release -p plimsoll-leaks -- --accept`.

";
const ANSWERS: &str = "answers: ";

/// Starts the crates that are asked for, and prints the table. False if a slot has shown nothing.
fn run(arguments: &[String]) -> Result<bool, Box<dyn Error>> {
    let is_option = |argument: &&String| argument.starts_with("--");
    let known = ["--shown", "--accept"];
    if let Some(other) = arguments.iter().filter(is_option).find(|own| !known.contains(&&***own)) {
        return Err(format!("unknown option {other}; there are {}", known.join(", ")).into());
    }
    let has = |option: &str| arguments.iter().any(|argument| argument == option);
    let filters: Vec<_> = arguments.iter().filter(|argument| !is_option(argument)).collect();
    let wanted = |peer: &&Peer| {
        filters.is_empty() || filters.iter().any(|filter| peer.name.contains(filter.as_str()))
    };
    let mut columns = Vec::new();
    let mut is_proof = true;
    for peer in PEERS.iter().filter(wanted) {
        let cells = search(peer, has("--shown"))?;
        for (slot, cell) in Slot::ALL.iter().zip(&cells) {
            if matches!(cell, Cell::Silent) {
                eprintln!("{}: `{}` shows nothing, not even its control", peer.name, slot.name());
                is_proof = false;
            }
        }
        columns.push((peer, cells));
    }
    let table = table::markdown(&columns);
    print!("{table}");
    if has("--accept") {
        std::fs::write(README, format!("{HEAD}{table}"))?;
    }
    Ok(is_proof)
}

/// What each slot of this crate let out.
fn search(peer: &Peer, is_shown: bool) -> Result<Vec<Cell>, Box<dyn Error>> {
    let output = Command::new(std::env::current_exe()?)
        .args(["--peer", peer.name])
        .env("RUST_BACKTRACE", "0")
        .env("PLIMSOLL_HASH_KEY", "0123456789abcdef0123456789abcdef0123456789abcdef")
        .env("OTEL_TRACES_EXPORTER", "none")
        .env("OTEL_LOGS_EXPORTER", "none")
        .env("OTEL_METRICS_EXPORTER", "none")
        .output()?;
    let stdout = String::from_utf8_lossy(&output.stdout);
    let stderr = String::from_utf8_lossy(&output.stderr);
    if is_shown {
        println!("== {} ==\n{stdout}\n-- standard error:\n{stderr}", peer.name);
    }
    let (stdout, answers) =
        stdout.rsplit_once(ANSWERS).ok_or_else(|| format!("{}: {stderr}", peer.name))?;
    let answers: BTreeMap<String, Answer> = serde_json::from_str(answers)?;
    let written = format!("{stdout}{stderr}");
    let cell = |slot: &Slot| match &answers[slot.name()] {
        Answer::Absent(why) => Cell::Absent(why.clone()),
        Answer::Refused => Cell::Refused,
        Answer::Length(tells) => {
            if *tells {
                Cell::Leak("length".to_owned())
            } else {
                Cell::Safe
            }
        }
        Answer::Filled if !written.contains(&slot.control().to_string()) => Cell::Silent,
        Answer::Filled => {
            let found = leaks(&[slot.canary()], written.as_bytes()).pop();
            found.map_or(Cell::Safe, |leak| Cell::Leak(leak.encoding.to_string()))
        }
    };
    Ok(Slot::ALL.iter().map(cell).collect())
}
