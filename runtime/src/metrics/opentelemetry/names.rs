//! Names of OpenTelemetry's API as Prometheus writes them.
//!
//! By OpenTelemetry's "Prometheus and OpenMetrics compatibility", as collectors and Prometheus do it:
//! what is no letter becomes `_`, the unit and `_total` are added where they are missing. Pure.

use crate::metrics::family::Type;
use crate::metrics::units;

/// A name, and the unit that it ends in before `_total`; empty when it has none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Name {
    pub(super) name: String,
    pub(super) unit: String,
}

/// The name of a family.
pub(super) fn family(name: &str, unit: &str, kind: Type) -> Name {
    let mut words = words(name);
    let unit = match (unit, kind) {
        // A share is called so where it stands for itself.
        ("1", Type::Gauge) => vec!["ratio".to_owned()],
        ("1", _) => Vec::new(),
        (unit, _) => unit_words(unit),
    };
    if kind == Type::Counter {
        words.retain(|word| word != "total");
    }
    let has_unit = words.windows(unit.len().max(1)).any(|some| some == unit);
    if !has_unit {
        words.extend(unit.iter().cloned());
    }
    let ends_in_unit = !unit.is_empty() && words.ends_with(&unit);
    let unit = if ends_in_unit { unit.join("_") } else { String::new() };
    if kind == Type::Counter {
        words.push("total".to_owned());
    }
    let mut name = words.join("_");
    if name.starts_with(|first: char| first.is_ascii_digit()) {
        name.insert(0, '_');
    }
    Name { name, unit }
}

fn words(text: &str) -> Vec<String> {
    let letter = |letter: char| letter.is_ascii_alphanumeric() || letter == ':';
    let words = text.split(|it| !letter(it)).filter(|word| !word.is_empty());
    words.map(str::to_owned).collect()
}

/// `By/s` as `bytes`, `per`, `second`; what is in braces is no unit.
fn unit_words(unit: &str) -> Vec<String> {
    let mut plain = String::new();
    let mut depth = 0_usize;
    for letter in unit.trim().chars() {
        match letter {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ if depth == 0 => plain.push(letter),
            _ => {}
        }
    }
    let (of, per) = match plain.split_once('/') {
        Some((of, per)) => (of, per),
        None => (plain.as_str(), ""),
    };
    let mut all = match of {
        "" | "1" => Vec::new(),
        of => units::word(of).map_or_else(|| words(of), |word| vec![word.to_owned()]),
    };
    if !per.is_empty() {
        all.push("per".to_owned());
        match units::word(per) {
            Some(word) => all.push(word.strip_suffix('s').unwrap_or(word).to_owned()),
            None => all.extend(words(per)),
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_that_prometheus_makes() {
        use Type::{Counter, Gauge, Histogram};
        for (name, unit, kind, expected, ends_in) in [
            (
                "http.server.request.duration",
                "s",
                Histogram,
                "http_server_request_duration_seconds",
                "seconds",
            ),
            ("system.io", "By", Counter, "system_io_bytes_total", "bytes"),
            ("system.network.dropped", "{packets}", Counter, "system_network_dropped_total", ""),
            ("requests_total", "", Counter, "requests_total", ""),
            ("total.requests", "", Counter, "requests_total", ""),
            ("memory.utilization", "1", Gauge, "memory_utilization_ratio", "ratio"),
            ("retries", "1", Counter, "retries_total", ""),
            ("disk.bytes.read", "By", Counter, "disk_bytes_read_total", ""),
            ("wait_milliseconds", "ms", Histogram, "wait_milliseconds", "milliseconds"),
            ("throughput", "By/s", Gauge, "throughput_bytes_per_second", "bytes_per_second"),
            ("rate", "{request}/min", Gauge, "rate_per_minute", "per_minute"),
            ("odd", "fortnight", Gauge, "odd_fortnight", "fortnight"),
            ("2xx--answers", "", Gauge, "_2xx_answers", ""),
            ("jvm:threads", "", Gauge, "jvm:threads", ""),
        ] {
            let expected = Name { name: expected.to_owned(), unit: ends_in.to_owned() };
            assert_eq!(family(name, unit, kind), expected, "{name} {unit}");
        }
    }
}
