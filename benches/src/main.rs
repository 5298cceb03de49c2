//! plimsoll beside its peers, in one run on one machine.
//!
//! ```text
//! cargo run --release --manifest-path benches/Cargo.toml -- [--json] [--rounds N] [filter ..]
//! cargo run --release --manifest-path benches/Cargo.toml -- compile [--json] [--rounds N] [filter ..]
//! cargo run --release --manifest-path benches/Cargo.toml -- page [--json] [--rounds N]
//! ```
//!
//! A filter is a part of a case's name; without one, all cases run. Figures of different machines,
//! or of different runs, say little: the **ratios** of one run are what counts, and the table ends
//! with those that plimsoll promises.
//!
//! # Method
//!
//! - Users' default release profile: no LTO, default codegen units, the runtime in another crate.
//! - Every case runs in a process of its own: this program starts itself again with the case's
//!   name. A peer's global state and threads cannot touch another's.
//! - The processes live through the whole run and are asked for a round of about 4 ms in turn,
//!   each time beginning with another one. A noisy stretch of the machine meets all alike.
//! - The measured thread is pinned to the first core; everything else, this driver too, to the
//!   second. With one core nothing is pinned, and cases of two threads are left out.
//! - `min` and `median` are over rounds, nanoseconds a call. Compare minima. Nothing is
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
mod cases;
mod child;
mod claims;
mod compile;
mod cpu;
mod driver;
mod page;
mod pin;
mod receiver;
mod table;
mod threads;

use std::process::ExitCode;

use cases::Failure;

#[global_allocator]
static ALLOCATOR: alloc::Counting = alloc::Counting;

/// What the command line asks for.
#[derive(Debug, Default)]
struct Arguments {
    /// Print one JSON object instead of a table.
    json: bool,
    rounds: Option<usize>,
    /// Set when the driver starts this program again.
    case: Option<String>,
    compile: bool,
    page: bool,
    filters: Vec<String>,
}

impl Arguments {
    fn read() -> Result<Self, Failure> {
        let mut read = Self::default();
        let mut arguments = std::env::args().skip(1);
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--json" => read.json = true,
                "--rounds" => {
                    let number = arguments.next().ok_or("--rounds needs a number")?;
                    read.rounds = Some(number.parse()?);
                }
                "--case" => read.case = Some(arguments.next().ok_or("--case needs a name")?),
                "compile" if read.filters.is_empty() => read.compile = true,
                "page" if read.filters.is_empty() => read.page = true,
                option if option.starts_with('-') => return Err(USAGE.into()),
                filter => read.filters.push(filter.to_owned()),
            }
        }
        Ok(read)
    }

    fn wants(&self, name: &str) -> bool {
        self.filters.is_empty() || self.filters.iter().any(|part| name.contains(part.as_str()))
    }
}

const USAGE: &str = "usage: plimsoll-bench [compile | page] [--json] [--rounds N] [filter ..]";

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

/// Does what was asked; false if a case did not do its work.
fn run() -> Result<bool, Failure> {
    let arguments = Arguments::read()?;
    if let Some(name) = &arguments.case {
        let case = cases::all().find(|case| case.name == name).ok_or("no such case")?;
        child::serve(case)?;
        return Ok(true);
    }
    if arguments.compile {
        compile::run(&arguments)?;
        return Ok(true);
    }
    if arguments.page {
        return page::run(&arguments);
    }
    let figures = driver::run(&arguments)?;
    let claims = claims::judge(&figures);
    if arguments.json {
        println!("{}", table::json(&figures, &claims));
    } else {
        print!("{}", table::text(&figures, &claims));
    }
    Ok(figures.iter().all(|figure| figure.right))
}
