//! Every name that telemetry bears: of functions, metrics, labels, label values and fields.
//!
//! Names are formed and checked here, once, and travel as literals; nobody else forms one. The
//! rules are those of Prometheus and OpenMetrics: base units, `_total` for counters.

use std::fmt;

/// What a metric is to Prometheus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MetricKind {
    Counter,
    Gauge,
    Histogram,
}

impl MetricKind {
    /// The word that users write.
    pub(crate) fn word(self) -> &'static str {
        match self {
            MetricKind::Counter => "counter",
            MetricKind::Gauge => "gauge",
            MetricKind::Histogram => "histogram",
        }
    }
}

impl MetricKind {
    /// All kinds.
    pub(crate) const ALL: [MetricKind; 3] =
        [MetricKind::Counter, MetricKind::Gauge, MetricKind::Histogram];

    /// The type of a static of this kind.
    pub(crate) fn handle(self) -> &'static str {
        match self {
            MetricKind::Counter => "Counter",
            MetricKind::Gauge => "Gauge",
            MetricKind::Histogram => "Histogram",
        }
    }
}

impl fmt::Display for MetricKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// The name of a function's metric that has none of its own; it takes nothing but the calls.
pub(crate) fn of_calls(kind: MetricKind, function: &str) -> String {
    match kind {
        MetricKind::Histogram => format!("{function}_duration_seconds"),
        MetricKind::Counter => format!("{function}_total"),
        MetricKind::Gauge => format!("{function}_in_flight"),
    }
}

/// What is wrong with the name of a metric; `times` says that it holds durations of calls.
pub(crate) fn metric(name: &str, kind: MetricKind, times: bool) -> Result<(), String> {
    if !is_plain(name) {
        let better = snake(&name.replace(|letter: char| !letter.is_ascii_alphanumeric(), "_"));
        let remedy = match is_plain(&better) {
            true => format!("write `{better}`"),
            false => String::from("begin with a letter"),
        };
        return Err(format!(
            "the metric name `{name}` may hold only lower-case letters, digits and `_`; {remedy}"
        ));
    }
    for suffix in ["_bucket", "_sum", "_count", "_created", "_info"] {
        if let Some(stem) = name.strip_suffix(suffix) {
            return Err(format!(
                "the metric name `{name}` ends in `{suffix}`, which Prometheus keeps for itself; \
                 write a name like `{}`",
                full_name(stem, kind)
            ));
        }
    }
    match (kind, name.strip_suffix("_total")) {
        (MetricKind::Counter, None) => {
            return Err(format!("the name of a counter ends in `_total`; write `{name}_total`"));
        }
        (MetricKind::Counter, Some(_)) | (_, None) => {}
        (_, Some(stem)) => {
            return Err(format!("only a counter ends in `_total`; name the {kind} `{stem}`"));
        }
    }
    if let Some(better) = base_unit(name.strip_suffix("_total").unwrap_or(name)) {
        let total = if kind == MetricKind::Counter { "_total" } else { "" };
        return Err(format!(
            "Prometheus counts in base units; give the value in them, and write `{better}{total}`"
        ));
    }
    if times && !name.ends_with("_seconds") {
        return Err(format!(
            "a histogram of durations is in seconds and says so; write `{name}_seconds`"
        ));
    }
    Ok(())
}

fn full_name(stem: &str, kind: MetricKind) -> String {
    match kind {
        MetricKind::Counter => format!("{}_total", stem.strip_suffix("_total").unwrap_or(stem)),
        _ => stem.to_owned(),
    }
}

/// The name in its base unit, when it has a derived one.
fn base_unit(name: &str) -> Option<String> {
    const UNITS: [(&str, &[&str]); 3] = [
        (
            "seconds",
            &[
                "ns",
                "us",
                "ms",
                "nanos",
                "micros",
                "millis",
                "nanoseconds",
                "microseconds",
                "milliseconds",
                "secs",
                "minutes",
                "hours",
            ],
        ),
        ("bytes", &["kb", "mb", "gb", "kib", "mib", "gib", "kilobytes", "megabytes", "gigabytes"]),
        ("ratio", &["percent", "pct"]),
    ];
    let (stem, unit) = name.rsplit_once('_')?;
    let (base, _) = UNITS.iter().find(|(_, derived)| derived.contains(&unit))?;
    Some(format!("{stem}_{base}"))
}

/// What is wrong with the name of a label.
pub(crate) fn label(name: &str) -> Result<(), String> {
    if ["le", "quantile", "outcome"].contains(&name) {
        return Err(format!(
            "the label `{name}` is taken: plimsoll or Prometheus writes it; choose another name: \
             `my_{name}: Type = value`"
        ));
    }
    if let Some(better) = name.strip_prefix("__") {
        return Err(format!("labels that begin with `__` are Prometheus's own; write `{better}`"));
    }
    if !is_plain(name.trim_start_matches('_')) {
        let better = snake(name);
        return Err(format!(
            "the label `{name}` may hold only lower-case letters, digits and `_`; write \
             `{better}: Type = value`"
        ));
    }
    Ok(())
}

/// What is wrong with the key of a field.
pub(crate) fn field(key: &str) -> Result<(), String> {
    let allowed = |letter: char| letter.is_ascii_alphanumeric() || "_-.".contains(letter);
    match key {
        "" => Err(String::from("the key is empty; write one like `\"order.id\"`")),
        key if key.chars().all(allowed) => Ok(()),
        key => Err(format!("the key `{key}` may hold only letters, digits, `.`, `_` and `-`")),
    }
}

/// `order_tier` as `OrderTier`.
pub(crate) fn camel(name: &str) -> String {
    let words = name.split('_').filter_map(|word| {
        let mut letters = word.chars();
        letters.next().map(|first| first.to_uppercase().collect::<String>() + letters.as_str())
    });
    words.collect()
}

/// `HttpError` as `http_error`.
pub(crate) fn snake(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let mut snake = String::new();
    for (at, letter) in letters.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| letters.get(at));
        let after = letters.get(at + 1);
        let begins_word = letter.is_uppercase()
            && before.is_some_and(|before| {
                *before != '_'
                    && (!before.is_uppercase() || after.is_some_and(|after| after.is_lowercase()))
            });
        if begins_word {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    snake
}

/// `[a-z][a-z0-9_]*`
fn is_plain(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_lowercase())
        && name
            .chars()
            .all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_')
}

#[cfg(test)]
mod tests {
    use super::{MetricKind, metric, snake};

    #[test]
    fn variants_become_snake_case() {
        for (variant, value) in [
            ("Gold", "gold"),
            ("OutOfStock", "out_of_stock"),
            ("HTTPError", "http_error"),
            ("V2", "v2"),
            ("Ipv6Only", "ipv6_only"),
            ("Snake_Case", "snake_case"),
        ] {
            assert_eq!(snake(variant), value);
        }
    }

    #[test]
    fn good_names_pass() {
        for (name, kind, times) in [
            ("order_value_usd", MetricKind::Histogram, false),
            ("place_order_duration_seconds", MetricKind::Histogram, true),
            ("signups_total", MetricKind::Counter, false),
            ("cpu_seconds_total", MetricKind::Counter, false),
            ("queue_length", MetricKind::Gauge, false),
        ] {
            assert_eq!(metric(name, kind, times), Ok(()));
        }
    }

    #[test]
    fn bad_names_are_told_the_better_one() {
        for (name, kind, times, better) in [
            ("OrderValue", MetricKind::Histogram, false, "`order_value`"),
            ("order-value", MetricKind::Gauge, false, "`order_value`"),
            ("signups", MetricKind::Counter, false, "`signups_total`"),
            ("queue_total", MetricKind::Gauge, false, "`queue`"),
            ("latency", MetricKind::Histogram, true, "`latency_seconds`"),
            ("latency_ms", MetricKind::Histogram, true, "`latency_seconds`"),
            ("sent_kb_total", MetricKind::Counter, false, "`sent_bytes_total`"),
            ("orders_count", MetricKind::Counter, false, "`orders_total`"),
        ] {
            let message = metric(name, kind, times).expect_err(name);
            assert!(message.contains(better), "{message}");
        }
    }
}
