//! What plimsoll says of itself and of the program: `target_info`, `plimsoll_*`.
//!
//! A source. Its own failures are figures like any other. `init` tells it once who the program is
//! and where the accounts of the exporters stand. Called by `sources`.

use std::sync::OnceLock;

use super::family::{Head, Number, Series, Sink, Type};
use crate::record::clock;
use crate::redact;
use crate::report::{Flow, Report};
use crate::scrub::{Mode, gate};

const TARGET: Head<'static> =
    own("target_info", Type::Info, "The resource attributes of this process.");
const BUILD: Head<'static> =
    own("plimsoll_build_info", Type::Info, "The version of plimsoll that speaks here.");
const PROGRAM: Head<'static> =
    own("build_info", Type::Info, "The version of this program, and the commit it was built from.");
const MADE: Head<'static> = own(
    "plimsoll_telemetry_made_total",
    Type::Counter,
    "Spans, log records, metric points and log lines that were meant to leave the process.",
);
const EXPORTED: Head<'static> = own(
    "plimsoll_telemetry_exported_total",
    Type::Counter,
    "Spans, log records, metric points and log lines that a receiver has confirmed, or that were written.",
);
const LOST: Head<'static> = own(
    "plimsoll_telemetry_lost_total",
    Type::Counter,
    "Spans, log records, metric points and log lines that did not leave the process.",
);
const CLOCK: Head<'static> = own(
    "plimsoll_clock_breaks_total",
    Type::Counter,
    "How often the calibration of the clock began again: the machine slept, or moved.",
);
const MODE: Head<'static> = own(
    "plimsoll_scrub_mode",
    Type::Gauge,
    "What the scrubber does at a sink with what it finds: 1 for the mode that holds.",
);
const HITS: Head<'static> = own(
    "plimsoll_scrub_hits_total",
    Type::Counter,
    "What the scrubber found in texts on their way out, by rule.",
);
#[cfg(feature = "admin")]
const ADMIN: Head<'static> = own(
    "plimsoll_admin_requests_total",
    Type::Counter,
    "Requests to the admin server, by what became of them.",
);

const fn own(name: &'static str, kind: Type, help: &'static str) -> Head<'static> {
    Head { name, kind, help, unit: "" }
}

/// What can become of spans, log records, metric points and log lines on their way out. All of it is on the page
/// before it occurs.
const REASONS: [&[&[&str]]; 4] = [
    &[&["ring_full", "trace_too_long", "too_many_traces"], &BY_OTLP],
    &[&BY_OTLP],
    &[&["too_many_series"], &BY_OTLP],
    &[&["queue_full", "write_failed", "deadline", "after_shutdown"]],
];

/// Of whatever is sent by OTLP.
const BY_OTLP: [&str; 9] = [
    "queue_full",
    "too_big",
    "unreachable",
    "unavailable",
    "refused",
    "rejected",
    "exporter_panic",
    "deadline",
    "after_shutdown",
];

/// `vcs.ref.head.revision`, as a label.
const COMMIT: &str = "vcs_ref_head_revision";

struct Identity {
    /// The labels of `target_info`.
    resource: Vec<(String, String)>,
    accounts: fn() -> Report,
}

static IDENTITY: OnceLock<Identity> = OnceLock::new();

/// Called by `init`, once: who the program is, and where to read what left it.
pub(crate) fn start(resource: &[(String, String)], accounts: fn() -> Report) {
    let mut labels: Vec<(String, String)> =
        resource.iter().map(|(key, value)| (label_name(key), value.clone())).collect();
    labels.sort();
    labels.dedup_by(|later, first| later.0 == first.0);
    let _ = IDENTITY.set(Identity { resource: labels, accounts });
}

/// Hands the families over.
pub(crate) fn visit(sink: &mut dyn Sink) {
    let identity = IDENTITY.get();
    let resource = identity.map(|identity| identity.resource.as_slice()).unwrap_or_default();
    let labels: Vec<(&str, &str)> =
        resource.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    sink.family(&TARGET);
    count(sink, &labels, 1);
    sink.family(&BUILD);
    count(sink, &[("version", env!("CARGO_PKG_VERSION"))], 1);

    let program: Vec<(&str, &str)> = [("version", "service_version"), ("commit", COMMIT)]
        .into_iter()
        .filter_map(|(label, key)| {
            let (_, value) =
                labels.iter().find(|(name, value)| *name == key && !value.is_empty())?;
            Some((label, *value))
        })
        .collect();
    if !program.is_empty() {
        sink.family(&PROGRAM);
        count(sink, &program, 1);
    }

    let report = identity.map(|identity| (identity.accounts)()).unwrap_or_default();
    let flows = [
        ("spans", &report.spans),
        ("log_records", &report.logs),
        ("metric_points", &report.metrics),
        ("log_lines", &report.lines),
    ];
    totals(sink, &MADE, &flows, |flow| flow.made);
    totals(sink, &EXPORTED, &flows, |flow| flow.exported);
    losses(sink, &flows);

    sink.family(&CLOCK);
    count(sink, &[], clock::breaks());
    scrubbed(sink);
    #[cfg(feature = "admin")]
    {
        sink.family(&ADMIN);
        for (answer, number) in crate::admin::counts() {
            count(sink, &[("answer", answer)], number);
        }
    }
}

/// What the scrubber does, and what it found.
fn scrubbed(sink: &mut dyn Sink) {
    sink.family(&MODE);
    for way in redact::Sink::ALL {
        for mode in Mode::ALL {
            let holds = u64::from(gate::mode(way) == mode);
            count(sink, &[("sink", way.name()), ("mode", mode.name())], holds);
        }
    }
    sink.family(&HITS);
    if let Some(hits) = gate::hits() {
        for (rule, way, found) in hits.by_rule() {
            count(sink, &[("rule", rule), ("sink", way.name())], found);
        }
    }
}

/// One series of a whole number.
fn count(sink: &mut dyn Sink, labels: &[(&str, &str)], count: u64) {
    sink.number(&Series::of(labels), Number::Integer(count));
}

fn totals(
    sink: &mut dyn Sink,
    head: &Head<'_>,
    flows: &[(&str, &Flow)],
    of: impl Fn(&Flow) -> u64,
) {
    sink.family(head);
    for (signal, flow) in flows {
        count(sink, &[("signal", *signal)], of(flow));
    }
}

fn losses(sink: &mut dyn Sink, flows: &[(&str, &Flow); 4]) {
    sink.family(&LOST);
    for ((signal, flow), known) in flows.iter().zip(REASONS) {
        let known = known.concat();
        let lost = |reason: &str| {
            flow.lost.iter().find(|(lost, _)| *lost == reason).map_or(0, |(_, count)| *count)
        };
        let unforeseen =
            flow.lost.iter().map(|(reason, _)| *reason).filter(|lost| !known.contains(lost));
        for reason in known.iter().copied().chain(unforeseen) {
            count(sink, &[("signal", *signal), ("reason", reason)], lost(reason));
        }
    }
}

/// `service.name` as `service_name`: what OpenTelemetry writes as a Prometheus label.
pub(crate) fn label_name(key: &str) -> String {
    let plain = |letter: char| {
        if letter.is_ascii_alphanumeric() { letter } else { '_' }
    };
    let name: String = key.chars().map(plain).collect();
    if name.starts_with(|first: char| first.is_ascii_digit()) {
        format!("key_{name}")
    } else if name.is_empty() || name.starts_with("__") {
        format!("key{name}")
    } else {
        name
    }
}

#[cfg(test)]
#[cfg(feature = "prometheus")]
mod tests {
    use super::*;
    use crate::metrics::text::Text;
    use crate::metrics::write::Format;

    #[test]
    fn every_reason_is_there_before_it_occurs_and_an_unforeseen_one_after() {
        let mut spans = Flow { made: 5, exported: 2, ..Flow::default() };
        spans.lose("unreachable", 2);
        spans.lose("eaten", 1);
        let mut out = Vec::new();
        let none = Flow::default();
        let flows = [
            ("spans", &spans),
            ("log_records", &none),
            ("metric_points", &none),
            ("log_lines", &none),
        ];
        losses(&mut Text::new(&mut out, Format::Text), &flows);
        let text = String::from_utf8(out).unwrap();
        for line in [
            r#"plimsoll_telemetry_lost_total{signal="spans",reason="unreachable"} 2"#,
            r#"plimsoll_telemetry_lost_total{signal="spans",reason="eaten"} 1"#,
            r#"plimsoll_telemetry_lost_total{signal="spans",reason="queue_full"} 0"#,
            r#"plimsoll_telemetry_lost_total{signal="metric_points",reason="refused"} 0"#,
            r#"plimsoll_telemetry_lost_total{signal="log_lines",reason="queue_full"} 0"#,
        ] {
            assert!(text.lines().any(|it| it == line), "{line} in {text}");
        }
    }

    #[test]
    fn resource_keys_become_label_names() {
        for (key, name) in
            [("service.name", "service_name"), ("1a-b", "key_1a_b"), ("__x", "key__x"), ("", "key")]
        {
            assert_eq!(label_name(key), name);
        }
    }
}
