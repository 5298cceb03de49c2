//! How the telemetry itself fares: a detail of readiness that never makes a service unready.
//!
//! Judges by the accounts alone, so it needs to know no exporter. Pure: time is handed in.

use std::time::{Duration, Instant};

use crate::report::{Flow, Report};

/// A loss is in the answer for as long.
const RECENT: Duration = Duration::from_secs(60);
/// Nothing has left for as long, though something waits.
const STALLED: Duration = Duration::from_secs(30);

/// What was seen at the last look.
#[derive(Debug, Default)]
pub(super) struct Watch {
    signals: [Seen; 4],
}

#[derive(Debug, Default)]
struct Seen {
    lost: u64,
    lost_at: Option<Instant>,
    exported: u64,
    waiting_since: Option<Instant>,
}

/// What is wrong with a signal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Trouble {
    signal: &'static str,
    trouble: &'static str,
    waiting: u64,
    lost: Vec<(&'static str, u64)>,
}

impl Trouble {
    pub(super) fn json(&self) -> String {
        let lost: Vec<String> =
            self.lost.iter().map(|(reason, count)| format!(r#""{reason}":{count}"#)).collect();
        let Trouble { signal, trouble, waiting, .. } = self;
        let lost = lost.join(",");
        format!(
            r#"{{"signal":"{signal}","trouble":"{trouble}","waiting":{waiting},"lost":{{{lost}}}}}"#
        )
    }
}

impl Watch {
    /// Compares the accounts with the last look.
    pub(super) fn look(&mut self, report: &Report, now: Instant) -> Vec<Trouble> {
        let flows = [
            ("spans", &report.spans),
            ("log_records", &report.logs),
            ("metric_points", &report.metrics),
            ("log_lines", &report.lines),
        ];
        let looked = self.signals.iter_mut().zip(flows);
        looked.filter_map(|(seen, (signal, flow))| seen.look(signal, flow, now)).collect()
    }
}

impl Seen {
    fn look(&mut self, signal: &'static str, flow: &Flow, now: Instant) -> Option<Trouble> {
        let lost = flow.lost_total();
        if lost > self.lost {
            self.lost = lost;
            self.lost_at = Some(now);
        }
        let waiting = flow.made.saturating_sub(flow.exported).saturating_sub(lost);
        if waiting == 0 || flow.exported != self.exported {
            self.waiting_since = None;
        }
        self.exported = flow.exported;
        if waiting > 0 {
            self.waiting_since.get_or_insert(now);
        }
        let long = |since: Option<Instant>| since.map(|since| now.saturating_duration_since(since));
        let trouble = if long(self.lost_at).is_some_and(|ago| ago < RECENT) {
            "losing"
        } else if long(self.waiting_since).is_some_and(|since| since >= STALLED) {
            "stalled"
        } else {
            return None;
        };
        Some(Trouble { signal, trouble, waiting, lost: flow.lost.clone() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spans(made: u64, exported: u64, lost: u64) -> Report {
        let mut spans = Flow { made, exported, ..Flow::default() };
        spans.lose("unreachable", lost);
        Report { spans, ..Report::default() }
    }

    #[test]
    fn a_loss_is_shown_for_a_minute() {
        let (mut watch, begin) = (Watch::default(), Instant::now());
        assert_eq!(watch.look(&spans(9, 9, 0), begin), []);
        let troubles = watch.look(&spans(20, 9, 11), begin);
        assert_eq!(
            troubles[0].json(),
            r#"{"signal":"spans","trouble":"losing","waiting":0,"lost":{"unreachable":11}}"#
        );
        assert_eq!(watch.look(&spans(20, 9, 11), begin + Duration::from_secs(59)).len(), 1);
        assert_eq!(watch.look(&spans(20, 9, 11), begin + Duration::from_secs(61)), []);
    }

    #[test]
    fn what_waits_too_long_is_stalled() {
        let (mut watch, begin) = (Watch::default(), Instant::now());
        let after = |seconds| begin + Duration::from_secs(seconds);
        assert_eq!(watch.look(&spans(9, 9, 0), after(0)), []);
        // Seen waiting for the first time: nobody knows since when.
        assert_eq!(watch.look(&spans(12, 9, 0), after(100)), []);
        assert_eq!(watch.look(&spans(15, 10, 0), after(129)), []);
        assert_eq!(watch.look(&spans(15, 10, 0), after(140)), []);
        assert_eq!(watch.look(&spans(15, 10, 0), after(159))[0].trouble, "stalled");
        assert_eq!(watch.look(&spans(15, 15, 0), after(160)), []);
    }
}
