//! A case's process, as whoever asks it for rounds sees it.
//!
//! They speak over a socket that stands in the place of its standard input; standard output is left
//! to the peer, which may log, and nobody reads it. What a round's answer means is the asker's to
//! know: `driver`, for calls, and `lines`.

use std::io::{BufRead as _, BufReader, Write as _};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::cases::Failure;

/// A process that runs.
pub(crate) struct Process {
    pub(crate) name: &'static str,
    child: Child,
    out: UnixStream,
    back: BufReader<UnixStream>,
    /// What each round took, a call or a line.
    pub(crate) rounds: Vec<f64>,
}

/// What a process leaves.
pub(crate) struct Finished {
    pub(crate) minimum: f64,
    pub(crate) median: f64,
    /// What it said last.
    pub(crate) settled: Value,
}

impl Process {
    pub(crate) fn start(name: &'static str, mut command: Command) -> Result<Self, Failure> {
        let (own, other) = UnixStream::pair()?;
        command.stdin(Stdio::from(OwnedFd::from(other))).stdout(Stdio::null());
        let child = command.spawn()?;
        let back = BufReader::new(own.try_clone()?);
        Ok(Self { name, child, out: own, back, rounds: Vec::new() })
    }

    /// Asks for a round; returns the answer.
    pub(crate) fn round(&mut self) -> Result<String, Failure> {
        self.out.write_all(b"round\n")?;
        self.hear()
    }

    pub(crate) fn hear(&mut self) -> Result<String, Failure> {
        let mut line = String::new();
        if self.back.read_line(&mut line)? == 0 {
            return Err(format!("the process of `{}` ended early", self.name).into());
        }
        Ok(line.trim_end().to_owned())
    }

    pub(crate) fn finish(mut self) -> Result<Finished, Failure> {
        self.out.write_all(b"finish\n")?;
        let settled = serde_json::from_str(&self.hear()?)?;
        self.child.wait()?;
        self.rounds.sort_by(f64::total_cmp);
        Ok(Finished {
            minimum: self.rounds.first().copied().unwrap_or(f64::NAN),
            median: self.rounds.get(self.rounds.len() / 2).copied().unwrap_or(f64::NAN),
            settled,
        })
    }
}
