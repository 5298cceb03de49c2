//! What plimsoll says of itself and of the program on the page: `target_info`, `plimsoll_*`.
//!
//! Its own failures are figures like any other. `init` tells it once who the program is and where
//! the accounts of the exporters stand. Called by `page`.

use std::sync::OnceLock;

use super::family::{Head, Type};
use super::foreign::LeftOut;
use super::write::{self, Format};
use crate::record::clock;
use crate::report::{Flow, Report};

/// The families, by name, type and help.
pub(crate) const FAMILIES: [(&str, Type, &str); 8] = [
    ("target_info", Type::Info, "The resource attributes of this process."),
    ("plimsoll_build_info", Type::Info, "The version of plimsoll that speaks here."),
    (
        "plimsoll_telemetry_made_total",
        Type::Counter,
        "Spans, log records and log lines that were meant to leave the process.",
    ),
    (
        "plimsoll_telemetry_exported_total",
        Type::Counter,
        "Spans, log records and log lines that a receiver has confirmed, or that were written.",
    ),
    (
        "plimsoll_telemetry_lost_total",
        Type::Counter,
        "Spans, log records and log lines that did not leave the process.",
    ),
    (
        "plimsoll_page_families_left_out",
        Type::Gauge,
        "Registered families that can't stand on this page.",
    ),
    (
        "plimsoll_clock_breaks_total",
        Type::Counter,
        "How often the calibration of the clock began again: the machine slept, or moved.",
    ),
    (
        "plimsoll_admin_requests_total",
        Type::Counter,
        "Requests to the admin server, by what became of them.",
    ),
];

/// What can become of spans, log records and log lines on their way out. All of it is on the page
/// before it occurs.
const REASONS: [&[&str]; 3] = [
    &[
        "ring_full",
        "trace_too_long",
        "too_many_traces",
        "queue_full",
        "too_big",
        "unreachable",
        "unavailable",
        "refused",
        "rejected",
        "exporter_panic",
        "deadline",
        "after_shutdown",
    ],
    &[
        "queue_full",
        "too_big",
        "unreachable",
        "unavailable",
        "refused",
        "rejected",
        "exporter_panic",
        "deadline",
        "after_shutdown",
    ],
    &["queue_full", "write_failed", "deadline", "after_shutdown"],
];

struct Identity {
    resource: Vec<u8>,
    accounts: fn() -> Report,
}

static IDENTITY: OnceLock<Identity> = OnceLock::new();

/// Called by `init`, once: who the program is, and where to read what left it.
pub(crate) fn start(resource: &[(String, String)], accounts: fn() -> Report) {
    let mut labels: Vec<(String, &str)> =
        resource.iter().map(|(key, value)| (label_name(key), value.as_str())).collect();
    labels.sort();
    labels.dedup_by(|later, first| later.0 == first.0);
    let pairs = labels.iter().map(|(name, value)| (name.as_str(), *value));
    let _ = IDENTITY.set(Identity { resource: write::labels(pairs), accounts });
}

/// Writes the families.
pub(crate) fn render(out: &mut Vec<u8>, format: Format, left_out: LeftOut) {
    let identity = IDENTITY.get();
    let report = identity.map(|identity| (identity.accounts)()).unwrap_or_default();
    let flows =
        [("spans", &report.spans), ("log_records", &report.logs), ("log_lines", &report.lines)];
    for (name, kind, help) in FAMILIES {
        write::header(out, format, &Head { name, kind, help, unit: "" });
        match name {
            "target_info" => {
                write::count(out, name, identity.map_or(&[], |it| &it.resource), 1);
            }
            "plimsoll_build_info" => {
                let labels = write::labels([("version", env!("CARGO_PKG_VERSION"))]);
                write::count(out, name, &labels, 1);
            }
            "plimsoll_telemetry_made_total" => totals(out, name, &flows, |flow| flow.made),
            "plimsoll_telemetry_exported_total" => totals(out, name, &flows, |flow| flow.exported),
            "plimsoll_telemetry_lost_total" => losses(out, name, &flows),
            "plimsoll_page_families_left_out" => {
                let reasons = [
                    ("name_taken", left_out.name_taken),
                    ("name_invalid", left_out.name_invalid),
                    ("type_unknown", left_out.type_unknown),
                    ("collector_panicked", left_out.collector_panicked),
                ];
                for (reason, count) in reasons {
                    write::count(out, name, &write::labels([("reason", reason)]), count);
                }
            }
            "plimsoll_clock_breaks_total" => write::count(out, name, &[], clock::breaks()),
            _ =>
            {
                #[cfg(feature = "admin")]
                for (answer, count) in crate::admin::counts() {
                    write::count(out, name, &write::labels([("answer", answer)]), count);
                }
            }
        }
    }
}

fn totals(out: &mut Vec<u8>, name: &str, flows: &[(&str, &Flow)], of: impl Fn(&Flow) -> u64) {
    for (signal, flow) in flows {
        write::count(out, name, &write::labels([("signal", *signal)]), of(flow));
    }
}

fn losses(out: &mut Vec<u8>, name: &str, flows: &[(&str, &Flow); 3]) {
    for ((signal, flow), known) in flows.iter().zip(REASONS) {
        let count = |reason: &str| {
            flow.lost.iter().find(|(lost, _)| *lost == reason).map_or(0, |(_, count)| *count)
        };
        let unforeseen =
            flow.lost.iter().map(|(reason, _)| *reason).filter(|lost| !known.contains(lost));
        for reason in known.iter().copied().chain(unforeseen) {
            let labels = write::labels([("signal", *signal), ("reason", reason)]);
            write::count(out, name, &labels, count(reason));
        }
    }
}

/// `service.name` as `service_name`: what OpenTelemetry writes as a Prometheus label.
fn label_name(key: &str) -> String {
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
mod tests {
    use super::*;

    #[test]
    fn every_reason_is_there_before_it_occurs_and_an_unforeseen_one_after() {
        let mut spans = Flow { made: 5, exported: 2, ..Flow::default() };
        spans.lose("unreachable", 2);
        spans.lose("eaten", 1);
        let mut out = Vec::new();
        let none = Flow::default();
        let flows = [("spans", &spans), ("log_records", &none), ("log_lines", &none)];
        losses(&mut out, "lost_total", &flows);
        let text = String::from_utf8(out).unwrap();
        for line in [
            r#"lost_total{signal="spans",reason="unreachable"} 2"#,
            r#"lost_total{signal="spans",reason="eaten"} 1"#,
            r#"lost_total{signal="spans",reason="queue_full"} 0"#,
            r#"lost_total{signal="log_lines",reason="queue_full"} 0"#,
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
