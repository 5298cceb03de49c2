//! What left the process and what did not, exactly, by signal and reason.
//!
//! Plain data: the exporters and the log writer count, `init` puts the counts together.

use std::fmt;

/// One signal's account. `made` is `exported` plus all of `lost`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Flow {
    /// Items that were meant to leave.
    pub made: u64,
    /// Items that somebody else has confirmed, or that were written.
    pub exported: u64,
    /// Items that did not leave, by reason; no entry is zero.
    pub lost: Vec<(&'static str, u64)>,
}

impl Flow {
    /// All that was lost, whatever the reason.
    pub fn lost_total(&self) -> u64 {
        self.lost.iter().map(|(_, count)| count).sum()
    }

    /// Counts items as lost.
    pub fn lose(&mut self, reason: &'static str, count: u64) {
        if count == 0 {
            return;
        }
        match self.lost.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, sum)) => *sum += count,
            None => self.lost.push((reason, count)),
        }
    }
}

impl fmt::Display for Flow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} made, {} exported, {} lost", self.made, self.exported, self.lost_total())?;
        for (index, (reason, count)) in self.lost.iter().enumerate() {
            write!(f, "{}{count} {reason}", if index == 0 { " (" } else { ", " })?;
        }
        if self.lost.is_empty() { Ok(()) } else { f.write_str(")") }
    }
}

/// What a shutdown flushed, and what was lost.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Report {
    /// Spans of kept traces.
    pub spans: Flow,
    /// Log records sent by OTLP.
    pub logs: Flow,
    /// Points of metrics pushed by OTLP. One that is lost has not been taken by the receiver as it
    /// was; what it counted comes with the next push.
    pub metrics: Flow,
    /// Log lines written to standard output.
    pub lines: Flow,
}

impl Report {
    /// True when everything that was made has left.
    pub fn is_complete(&self) -> bool {
        [&self.spans, &self.logs, &self.metrics, &self.lines].iter().all(|it| it.lost.is_empty())
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Report { spans, logs, metrics, lines } = self;
        write!(f, "spans: {spans}; log records: {logs}; metric points: {metrics}; lines: {lines}")
    }
}
