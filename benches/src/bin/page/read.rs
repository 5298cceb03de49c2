//! Reads a page back: each series and its value, whoever wrote it.
//!
//! Labels are sorted, empty ones left out, and bounds compared as numbers, since `le="1"` and
//! `le="1.0"` are one bucket. Called by `main`, to fill the peers and to compare the pages.

use std::collections::{BTreeMap, BTreeSet};

use super::Failure;

/// A series: its name, and its labels but `le` as they stood, and `le` as a number's bits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Series {
    pub(crate) name: String,
    pub(crate) labels: Vec<(String, String)>,
    pub(crate) le: Option<u64>,
}

impl Series {
    pub(crate) fn label(&self, name: &str) -> &str {
        self.labels.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }
}

/// All series of the functions' families. No label of theirs holds a comma or a quote.
pub(crate) fn page(bytes: &[u8]) -> Result<BTreeMap<Series, f64>, Failure> {
    let mut read = BTreeMap::new();
    for line in std::str::from_utf8(bytes)?.lines() {
        if line.starts_with('#') || !line.starts_with("function_") {
            continue;
        }
        let (series, value) = line.split_once("} ").ok_or("a series without labels")?;
        let value = value.split(' ').next().unwrap_or_default();
        let (name, pairs) = series.split_once('{').ok_or("no labels")?;
        let (mut labels, mut le) = (Vec::new(), None);
        for pair in pairs.split(',') {
            let (label, value) = pair.split_once('=').ok_or("no label")?;
            let value = value.trim_matches('"');
            match label {
                "le" => le = Some(value.parse::<f64>()?.to_bits()),
                _ => labels.push((label.to_owned(), value.to_owned())),
            }
        }
        labels.sort();
        let series = Series { name: name.to_owned(), labels, le };
        if read.insert(series, value.parse()?).is_some() {
            return Err(format!("{line} is there twice").into());
        }
    }
    Ok(read)
}

/// The upper bounds, as bits, of the buckets that are empty in any series.
pub(crate) fn empty_buckets(page: &BTreeMap<Series, f64>) -> BTreeSet<u64> {
    let mut empty = BTreeSet::new();
    // The bits of positive floats sort as the floats do, so that buckets follow each other.
    let buckets = page.iter().filter(|(series, _)| series.le.is_some());
    let mut before: Option<(&Series, f64)> = None;
    for (series, count) in buckets {
        let same = before.filter(|(other, _)| other.labels == series.labels);
        if *count == same.map_or(0.0, |(_, count)| count) {
            empty.extend(series.le);
        }
        before = Some((series, *count));
    }
    empty
}

/// Compares pages: the same series, the same counts; sums but for what adding up floats loses.
pub(crate) fn compare(
    ours: &BTreeMap<Series, f64>,
    theirs: &BTreeMap<Series, f64>,
) -> Result<(), Failure> {
    if ours.len() != theirs.len() {
        return Err(format!("{} series against {}", ours.len(), theirs.len()).into());
    }
    for ((series, value), (their_series, their_value)) in ours.iter().zip(theirs) {
        let close = if series.name.ends_with("_sum") { value.abs() * 1e-6 } else { 0.0 };
        if series != their_series || (value - their_value).abs() > close {
            return Err(format!("{series:?} {value} against {their_series:?} {their_value}").into());
        }
    }
    Ok(())
}
