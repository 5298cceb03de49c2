//! plimsoll beside its peers, in one run on one machine.
//!
//! ```text
//! cargo run --release --manifest-path benches/Cargo.toml -- [COMMAND] [--json] [--rounds N] [filter ..]
//!
//!               what a call costs: every case, then what plimsoll promises
//! flat          one producer that never pauses: what is made, what comes out, what is dropped
//! page          the metrics page of a thousand functions
//! lines         a JSON line of the log
//! memory        bytes a marked function and thread
//! instructions  instructions a call, which no other load disturbs; --check, --accept
//! leaks         what gets out of plimsoll and of crates that redact; a program beside this one
//! scrub         what the scrubber costs a line, beside a scanner and plain expressions; a program beside this one
//! compile       what a mark costs at compile time
//! report        all of them, into benches/README.md and benches/bench.svg; --from DIR
//! ```
//!
//! A filter is a part of a case's name; without one, all cases run. `--rounds 20` is quick: some
//! forty cases take less than a minute. Figures of different machines, or of different runs, say
//! little: the **ratios** of one run are what counts, and the table ends with those that plimsoll
//! promises.
//!
//! # Method
//!
//! - Users' default release profile: no LTO, default codegen units, the runtime in another crate.
//! - Every case runs in a process of its own: this program starts itself again with the case's
//!   name. A peer's global state and threads cannot touch another's.
//! - The processes live through the whole run and are asked for a round of about 4 ms in turn,
//!   each time beginning with another one. A noisy stretch of the machine meets all alike.
//! - At most 24 processes live at a time, for their background threads disturb each other. More
//!   cases are run in batches, one after the other. All cases of a promise share a batch, and every
//!   batch has the reference cases again (the bare call, two counter reads, plimsoll's recorded
//!   call), so that no ratio is made of figures of two batches: see `batches`.
//! - The measured thread is pinned to the first core; everything else, this driver too, to the
//!   second. With one core nothing is pinned, and cases of two threads are left out.
//! - `min` and `median` are over rounds, nanoseconds a call. Compare minima: other load on the
//!   machine only ever adds to a round, so the smallest is the nearest to the truth. Nothing is
//!   subtracted: every figure contains the bare function and the loop. One call in 1024 fails.
//! - Peers whose background thread takes records off a bounded queue are called in bursts, with
//!   pauses that are not timed: a record that was thrown away would not have cost its price.
//!   How much came out stands in the last column.
//! - `CPU` is the time of all threads of the process for a call, flushing included. Peers' exporters
//!   throw spans away unencoded; plimsoll's encodes OTLP and sends it to a receiver in the driver.
//! - `allocs` and `bytes` are those of the measured thread in further, untimed calls that do not
//!   fail. A failed one is also told to the log; `--json` has the figure with those.
//! - At the end every case checks its books: calls counted = calls made, errors = calls / 1024,
//!   nothing in flight. A case whose books are wrong has no figure worth reading: the run fails.

mod alloc;
mod arguments;
mod batches;
mod cases;
mod child;
mod claims;
mod compile;
mod cpu;
mod driver;
mod flat;
mod instructions;
mod leaks;
mod lines;
mod memory;
mod page;
mod pin;
mod process;
mod receiver;
mod report;
mod scrub;
mod table;
mod threads;

use std::process::ExitCode;

use arguments::{Arguments, USAGE};
use cases::Failure;

#[global_allocator]
static ALLOCATOR: alloc::Counting = alloc::Counting;

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("plimsoll-bench: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Does what was asked; false if a figure is not worth reading, or has grown.
fn run() -> Result<bool, Failure> {
    let arguments = Arguments::read(std::env::args().skip(1))?;
    match (arguments.command, &arguments.case) {
        (None, Some(name)) => {
            let case = cases::all().find(|case| case.name == name).ok_or("no such case")?;
            child::serve(case).map(|()| true)
        }
        (None, None) => compare(&arguments),
        (Some("flat"), Some(name)) => flat::serve(name).map(|()| true),
        (Some("flat"), None) => flat::run(&arguments),
        (Some("page"), _) => page::run(&arguments),
        (Some("lines"), _) => lines::run(&arguments),
        (Some("memory"), _) => memory::run(&arguments),
        (Some("instructions"), _) => instructions::run(&arguments),
        (Some("leaks"), _) => leaks::run(&arguments),
        (Some("scrub"), _) => scrub::run(&arguments),
        (Some("compile"), _) => compile::run(&arguments).map(|()| true),
        (Some("report"), _) => report::run(&arguments),
        (Some(_), _) => Err(USAGE.into()),
    }
}

/// What a call costs.
fn compare(arguments: &Arguments) -> Result<bool, Failure> {
    let figures = driver::run(arguments)?;
    let claims = claims::judge(&figures);
    if arguments.json {
        println!("{}", table::json(&figures, &claims));
    } else {
        print!("{}", table::text(&figures, &claims));
    }
    Ok(figures.iter().all(|figure| figure.right))
}
