//! Starts a process for every case of a batch and asks each in turn for a round.
//!
//! It measures nothing itself: times come from the children, so that its own waiting costs no
//! figure anything. Called by `main`; gives back one [`Figures`] for each case of each batch.

use std::env;
use std::process::Command;

use crate::arguments::Arguments;
use crate::batches::{MOST, batches};
use crate::cases::{self, Case, Failure};
use crate::claims;
use crate::pin::{Core, cores, pin, unpin};
use crate::process::{Finished, Process};
use crate::receiver;

const ROUNDS: usize = 100;

/// What was found out about one case. Times are nanoseconds a call.
#[derive(Debug)]
pub(crate) struct Figures {
    pub(crate) name: &'static str,
    /// The batch it ran in, from 0. Only figures of one batch make a ratio.
    pub(crate) batch: usize,
    pub(crate) minimum: f64,
    pub(crate) median: f64,
    pub(crate) cpu: f64,
    pub(crate) allocations: f64,
    pub(crate) bytes: f64,
    /// Allocations when one call in 1024 fails.
    pub(crate) allocations_with_failures: f64,
    /// Calls that were made in all.
    pub(crate) made: u64,
    /// Whether the peer's books were right.
    pub(crate) right: bool,
    /// What the check has to say, in few words.
    pub(crate) note: String,
}

impl Figures {
    /// Figures that have not been measured yet.
    pub(crate) fn named(name: &'static str, batch: usize) -> Self {
        Self {
            name,
            batch,
            minimum: f64::NAN,
            median: f64::NAN,
            cpu: f64::NAN,
            allocations: 0.0,
            bytes: 0.0,
            allocations_with_failures: 0.0,
            made: 0,
            right: false,
            note: String::new(),
        }
    }
}

/// Runs all cases that the arguments want, batch after batch.
pub(crate) fn run(arguments: &Arguments) -> Result<Vec<Figures>, Failure> {
    let rounds = arguments.rounds.unwrap_or(ROUNDS).max(1);
    let endpoint = receiver::start()?;
    let enough = cores();
    let wanted: Vec<&'static Case> =
        cases::all().filter(|case| arguments.wants(case.name) && case.threads <= enough).collect();
    if wanted.is_empty() {
        return Err("no case has this in its name".into());
    }
    let names: Vec<_> = wanted.iter().map(|case| case.name).collect();
    let planned = batches(&names, &claims::together(), claims::REFERENCES, MOST);
    eprintln!("{} cases in {} batches, {rounds} rounds", names.len(), planned.len());
    let mut figures = Vec::new();
    for (batch, names) in planned.iter().enumerate() {
        let cases = wanted.iter().filter(|case| names.contains(&case.name));
        figures.extend(run_batch(batch, cases.copied(), rounds, &endpoint)?);
    }
    Ok(figures)
}

/// Runs some cases side by side.
fn run_batch(
    batch: usize,
    cases: impl Iterator<Item = &'static Case>,
    rounds: usize,
    endpoint: &str,
) -> Result<Vec<Figures>, Failure> {
    // Children inherit the cores that they may choose from.
    unpin();
    let mut running = Vec::new();
    for case in cases {
        running.push(Running::start(case, endpoint)?);
    }
    pin(Core::Second);
    for case in &mut running {
        case.process.hear()?;
    }
    let count = running.len();
    for round in 0..rounds {
        for turn in 0..count {
            running[(round + turn) % count].round()?;
        }
    }
    running.into_iter().map(|case| case.finish(batch)).collect()
}

/// This program once more, told of no exporter but the receiver at `endpoint`.
pub(crate) fn clean(endpoint: &str) -> Result<Command, Failure> {
    let mut command = Command::new(env::current_exe()?);
    forget_settings(&mut command);
    command.env("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint);
    Ok(command)
}

/// What is set for whoever runs the bench is not meant for what it measures.
pub(crate) fn forget_settings(command: &mut Command) {
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy();
        if ["OTEL_", "PLIMSOLL_", "RUST_LOG"].iter().any(|start| text.starts_with(start)) {
            command.env_remove(&name);
        }
    }
}

/// A case's process.
struct Running {
    case: &'static Case,
    process: Process,
}

impl Running {
    fn start(case: &'static Case, endpoint: &str) -> Result<Self, Failure> {
        let mut command = clean(endpoint)?;
        command.args(["--case", case.name]);
        command.envs(case.environment.iter().copied());
        Ok(Self { case, process: Process::start(case.name, command)? })
    }

    fn round(&mut self) -> Result<(), Failure> {
        let answer = self.process.round()?;
        let (calls, nanos) = answer.split_once(' ').ok_or("a round is two numbers")?;
        self.process.rounds.push(nanos.parse::<f64>()? / calls.parse::<f64>()?);
        Ok(())
    }

    fn finish(self, batch: usize) -> Result<Figures, Failure> {
        let Finished { minimum, median, settled } = self.process.finish()?;
        let number = |key: &str| settled[key].as_f64().unwrap_or(f64::NAN);
        Ok(Figures {
            minimum,
            median,
            cpu: number("cpu"),
            allocations: number("allocations"),
            bytes: number("bytes"),
            allocations_with_failures: number("allocations_with_failures"),
            made: settled["made"].as_u64().unwrap_or(0),
            right: settled["right"].as_bool().unwrap_or(false),
            note: settled["note"].as_str().unwrap_or_default().to_owned(),
            ..Figures::named(self.case.name, batch)
        })
    }
}
