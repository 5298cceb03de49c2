//! A capture as text: the whole page, or only what was recorded.

use std::fmt;

use super::figures::{Family, Figure};
use super::metric;
use crate::metrics::family::{Head, Number, Type};
use crate::metrics::sources::{DURATION, ITEMS};
use crate::metrics::write::{self, Format};

/// All series, in text format 0.0.4.
pub(super) fn whole(families: &[Family]) -> String {
    let mut out = Vec::new();
    for family in families {
        let Family { name, kind, help, unit, .. } = family;
        write::header(&mut out, Format::Text, &Head { name, kind: *kind, help, unit });
        for series in &family.series {
            let labels = labels(&series.labels);
            let mut line = |suffix: &str, more: Option<(&str, &str)>, value: Number| {
                write::series(&mut out, name, suffix, &labels, more);
                match value {
                    Number::Integer(value) => write::integer(&mut out, value),
                    Number::Float(value) => write::float(&mut out, value),
                }
                out.push(b'\n');
            };
            match &series.figure {
                Figure::Number(value) => line("", None, *value),
                Figure::Histogram { .. } => {
                    let histogram = metric::add([series].into_iter());
                    for (bound, count) in histogram.buckets {
                        let le = write::bound(bound);
                        line("_bucket", Some(("le", &le)), Number::Integer(count));
                    }
                    line("_sum", None, Number::Float(histogram.sum));
                    line("_count", None, Number::Integer(histogram.count));
                }
                Figure::Summary { quantiles, count, sum } => {
                    for (quantile, value) in quantiles {
                        let quantile = write::bound(*quantile);
                        line("", Some(("quantile", &quantile)), Number::Float(*value));
                    }
                    line("_sum", None, Number::Float(*sum));
                    line("_count", None, Number::Integer(*count));
                }
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

fn labels(labels: &[(String, String)]) -> Vec<u8> {
    write::labels(labels.iter().map(|(name, value)| (name.as_str(), value.as_str())))
}

/// What was recorded, one line each: no series that is zero, and no durations of functions.
pub(super) fn recorded(families: &[Family], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut is_empty = true;
    let timeless = families.iter().filter(|family| ![DURATION, ITEMS].contains(&&*family.name));
    for family in timeless.filter(|family| family.kind != Type::Info) {
        for series in &family.series {
            let figure = match &series.figure {
                Figure::Number(_) if series.number() != 0.0 => series.number().to_string(),
                Figure::Histogram { .. } => match metric::add([series].into_iter()) {
                    none if none.count == 0 => continue,
                    histogram => histogram.to_string(),
                },
                Figure::Summary { count, sum, .. } if *count != 0 => {
                    format!("{count} observations, sum {sum}")
                }
                Figure::Number(_) | Figure::Summary { .. } => continue,
            };
            let mut name = Vec::new();
            write::series(&mut name, &family.name, "", &labels(&series.labels), None);
            writeln!(f, "  {}{figure}", String::from_utf8_lossy(&name))?;
            is_empty = false;
        }
    }
    if is_empty { f.write_str("  nothing\n") } else { Ok(()) }
}
