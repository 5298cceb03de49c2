//! Every name that telemetry bears: of functions, metrics, labels, label values and fields.
//!
//! Names are formed and checked here, once, and travel as literals; nobody else forms one. The
//! rules are those of Prometheus and OpenMetrics: base units, `_total` for counters, `_info` for
//! constant facts. Both are added here, and nowhere typed.

use std::fmt;

use crate::units;

/// What a metric is to Prometheus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MetricKind {
    Counter,
    Gauge,
    Histogram,
    Summary,
    Info,
}

impl MetricKind {
    /// All kinds.
    pub(crate) const ALL: [MetricKind; 5] = [
        MetricKind::Counter,
        MetricKind::Gauge,
        MetricKind::Histogram,
        MetricKind::Summary,
        MetricKind::Info,
    ];

    /// The word that users write, which is also the runtime's constructor.
    pub(crate) fn word(self) -> &'static str {
        match self {
            MetricKind::Counter => "counter",
            MetricKind::Gauge => "gauge",
            MetricKind::Histogram => "histogram",
            MetricKind::Summary => "summary",
            MetricKind::Info => "info",
        }
    }

    /// The type of a static of this kind.
    pub(crate) fn handle(self) -> &'static str {
        match self {
            MetricKind::Counter => "Counter",
            MetricKind::Gauge => "Gauge",
            MetricKind::Histogram => "Histogram",
            MetricKind::Summary => "Summary",
            MetricKind::Info => "Info",
        }
    }

    /// What the name of every metric of the kind ends in.
    pub(crate) fn suffix(self) -> &'static str {
        match self {
            MetricKind::Counter => "_total",
            MetricKind::Info => "_info",
            MetricKind::Gauge | MetricKind::Histogram | MetricKind::Summary => "",
        }
    }

    /// It takes many values, and shows how they are distributed.
    pub(crate) fn is_distribution(self) -> bool {
        matches!(self, MetricKind::Histogram | MetricKind::Summary)
    }
}

impl fmt::Display for MetricKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// The name of a function's metric that has none of its own and takes nothing but the calls,
/// without what its kind adds.
pub(crate) fn of_calls(kind: MetricKind, function: &str) -> String {
    match kind {
        MetricKind::Histogram | MetricKind::Summary => format!("{function}_duration_seconds"),
        MetricKind::Gauge => format!("{function}_in_flight"),
        MetricKind::Counter | MetricKind::Info => function.to_owned(),
    }
}

/// The name of the family: what was written, and what the kind adds.
pub(crate) fn full(name: &str, kind: MetricKind) -> String {
    format!("{name}{}", kind.suffix())
}

/// What is wrong with the name of a metric as it was written; its unit is looked at elsewhere.
pub(crate) fn metric(name: &str, kind: MetricKind) -> Result<(), String> {
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
    for added in ["_total", "_info"] {
        let Some(stem) = name.strip_suffix(added) else { continue };
        let stem = units::in_base(stem).unwrap_or_else(|| stem.to_owned());
        if added == kind.suffix() {
            return Err(format!(
                "`{added}` is added to the name of every {kind}, not typed; write `{stem}`"
            ));
        }
        if added == "_total" {
            return Err(format!("only a counter ends in `_total`; name the {kind} `{stem}`"));
        }
    }
    for suffix in ["_bucket", "_sum", "_count", "_created", "_info"] {
        if let Some(stem) = name.strip_suffix(suffix) {
            return Err(format!(
                "the metric name `{name}` ends in `{suffix}`, which Prometheus keeps for itself; \
                 write a name like `{stem}`"
            ));
        }
    }
    if let Some(better) = units::in_base(name) {
        return Err(format!(
            "Prometheus counts in base units; give the value in them, and write `{better}`"
        ));
    }
    Ok(())
}

/// What is wrong with a unit.
pub(crate) fn unit(unit: &str) -> Result<(), String> {
    if !is_plain(unit) {
        return Err(format!(
            "the unit `{unit}` may hold only lower-case letters, digits and `_`; write one like \
             `items`"
        ));
    }
    match units::base(unit) {
        Some(base) => Err(format!(
            "Prometheus counts in base units; give the value in them, and write `{base}`"
        )),
        None => Ok(()),
    }
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
    use super::{MetricKind, full, metric, snake};

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
        for (name, kind) in [
            ("order_value_usd", MetricKind::Histogram),
            ("signups", MetricKind::Counter),
            ("cpu_seconds", MetricKind::Counter),
            ("queue_length", MetricKind::Gauge),
            ("feature_flags", MetricKind::Info),
        ] {
            assert_eq!(metric(name, kind), Ok(()));
        }
        assert_eq!(full("signups", MetricKind::Counter), "signups_total");
        assert_eq!(full("build", MetricKind::Info), "build_info");
        assert_eq!(full("queue_length", MetricKind::Gauge), "queue_length");
    }

    #[test]
    fn bad_names_are_told_the_better_one() {
        for (name, kind, better) in [
            ("OrderValue", MetricKind::Histogram, "`order_value`"),
            ("order-value", MetricKind::Gauge, "`order_value`"),
            ("signups_total", MetricKind::Counter, "`signups`"),
            ("queue_total", MetricKind::Gauge, "`queue`"),
            ("build_info", MetricKind::Info, "`build`"),
            ("build_info", MetricKind::Gauge, "`build`"),
            ("latency_ms", MetricKind::Summary, "`latency_seconds`"),
            ("sent_kb_total", MetricKind::Counter, "`sent_bytes`"),
            ("orders_count", MetricKind::Counter, "`orders`"),
        ] {
            let message = metric(name, kind).expect_err(name);
            assert!(message.contains(better), "{message}");
        }
    }
}
