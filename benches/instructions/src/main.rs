//! Instructions that a marked call takes: a figure that no other load on the machine can touch.
//!
//! ```text
//! cargo run --release --manifest-path benches/Cargo.toml -p plimsoll-instructions -- [filter ..]
//!     --check    fail when a case takes 3 % more than benches/instructions.json says
//!     --accept   write what was counted now into that file
//!     --json     print one JSON object
//! ```
//!
//! Each case runs twice under valgrind's callgrind, with different numbers of calls; the difference
//! through the calls between is what one takes, on the calling thread alone. Neither the start, the
//! warm-up nor the background counts. It is no time: a counter read is one instruction here and a
//! third of a call there. The figures depend on the compiler, the processor's architecture and the
//! clock of the machine; where one of these is not as recorded, nothing is judged, aloud.

mod callgrind;
mod cases;
mod compare;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use compare::{Circumstances, Counted, Verdict};

/// What can go wrong here.
type Failure = Box<dyn std::error::Error + Send + Sync>;

const USAGE: &str = "usage: plimsoll-instructions [--check|--accept] [--json] [filter ..]";

#[derive(Default)]
struct Arguments {
    check: bool,
    accept: bool,
    json: bool,
    filters: Vec<String>,
}

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("plimsoll-instructions: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Does what was asked; false if a figure grew.
fn run() -> Result<bool, Failure> {
    let mut arguments = Arguments::default();
    let mut given = std::env::args().skip(1);
    while let Some(argument) = given.next() {
        match argument.as_str() {
            // What valgrind is started with.
            "--case" => {
                let name = given.next().ok_or("--case needs a name")?;
                let loops = given.next().ok_or("--case needs a number")?.parse()?;
                callgrind::measured(cases::named(&name).ok_or("no such case")?, loops)?;
                return Ok(true);
            }
            "--check" => arguments.check = true,
            "--accept" => arguments.accept = true,
            "--json" => arguments.json = true,
            option if option.starts_with('-') => return Err(USAGE.into()),
            _ => arguments.filters.push(argument),
        }
    }
    count(&arguments)
}

fn count(arguments: &Arguments) -> Result<bool, Failure> {
    let Some(valgrind) = callgrind::find() else {
        const WHY: &str = "valgrind is not installed (run .ci/install): instructions not counted";
        eprintln!("SKIPPED: {WHY}");
        if arguments.json {
            println!("{}", serde_json::json!({ "skipped": WHY }));
        }
        // Where CI has lost it, the check must not go silent for ever.
        return Ok(!in_ci());
    };
    let wanted = |name: &str| {
        arguments.filters.is_empty() || arguments.filters.iter().any(|part| name.contains(part))
    };
    let mut counted = Vec::new();
    for case in cases::CASES.iter().filter(|case| wanted(case.name)) {
        let instructions = callgrind::instructions(&valgrind, case)?;
        counted.push(Counted { name: case.name.to_owned(), instructions });
    }
    let now = Circumstances::now();
    let recorded = std::fs::read_to_string(record()).ok();
    let recorded = recorded.map(|text| compare::read(&text)).transpose()?;
    let verdict = recorded.as_ref().map_or(Verdict::Nothing, |(circumstances, before)| {
        compare::judge((circumstances, before), (&now, &counted), arguments.filters.is_empty())
    });
    let before = recorded.as_ref().map_or(&[][..], |(_, before)| before);
    if arguments.json {
        println!("{}", compare::json(&now, before, &counted));
    } else {
        print!("{}", compare::text(before, &counted));
    }
    if arguments.accept {
        if !arguments.filters.is_empty() {
            return Err("--accept takes all cases or none".into());
        }
        std::fs::write(record(), compare::write(&now, &counted))?;
        eprintln!("written to {}", record().display());
        return Ok(true);
    }
    if !arguments.check {
        return Ok(true);
    }
    eprintln!("{verdict}");
    Ok(!matches!(verdict, Verdict::Grown(_) | Verdict::Nothing))
}

/// The committed figures.
fn record() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../instructions.json")
}

fn in_ci() -> bool {
    std::env::var("CI").is_ok_and(|value| value == "true")
}
