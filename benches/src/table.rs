//! Turns figures and claims into a table for people, or one JSON object for programs.
//!
//! Pure: numbers in, text out. Called by `main`; the list of claims by other sub-commands too.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::cases::RECORDED;
use crate::claims::Claim;
use crate::driver::Figures;

/// The table, ending with the promises.
pub(crate) fn text(figures: &[Figures], claims: &[Claim]) -> String {
    let width = figures.iter().map(|figure| figure.name.len()).max().unwrap_or(0).max(4);
    let mut out = String::new();
    let mut line = |text: std::fmt::Arguments<'_>| {
        // Writing to a String cannot fail.
        let _ = out.write_fmt(text);
        out.truncate(out.trim_end().len());
        out.push('\n');
    };
    let mut batch = None;
    for figure in figures {
        if batch.replace(figure.batch) != Some(figure.batch) {
            line(format_args!(
                "{:width$} {:>8} {:>8} {:>8} {:>8} {:>7} {:>7}  books",
                "case, ns a call", "min", "median", "x ours", "CPU", "allocs", "bytes"
            ));
        }
        let books = if figure.right { &figure.note } else { &format!("WRONG: {}", figure.note) };
        line(format_args!(
            "{:width$} {:>8.1} {:>8.1} {:>8} {:>8.1} {:>7.2} {:>7.0}  {books}",
            figure.name,
            figure.minimum,
            figure.median,
            number(times_ours(figures, figure)),
            figure.cpu,
            figure.allocations,
            figure.bytes,
        ));
    }
    out + &promises(claims)
}

/// The promises alone.
pub(crate) fn promises(claims: &[Claim]) -> String {
    let mut out = String::new();
    if !claims.is_empty() {
        let _ = writeln!(
            out,
            "\n{:46} {:>9} {:>9} {:>9} {:>18}",
            "promises", "figure", "median", "floor", "limit"
        );
    }
    for claim in claims {
        let verdict = match claim.holds() {
            Some(true) => "holds",
            Some(false) => "MISSED",
            None => "no figure",
        };
        let sense = if claim.at_least { "at least" } else { "at most" };
        let _ = writeln!(
            out,
            "{:46} {:>9} {:>9} {:>9} {sense:>8} {:>9} {:9} {verdict}",
            claim.what,
            number(claim.value),
            number(claim.by_medians),
            number(claim.floor),
            number(Some(claim.limit)),
            claim.unit,
        );
    }
    out
}

/// As many digits as say something; nothing for no number.
pub(crate) fn number(value: Option<f64>) -> String {
    match value {
        Some(0.0) => "0".to_owned(),
        Some(value) if value.abs() >= 100.0 => format!("{value:.0}"),
        Some(value) if value.abs() >= 10.0 => format!("{value:.1}"),
        Some(value) => format!("{value:.3}"),
        None => String::new(),
    }
}

/// How many times plimsoll's recorded call, both in the same batch.
fn times_ours(figures: &[Figures], figure: &Figures) -> Option<f64> {
    let ours =
        figures.iter().find(|other| other.name == RECORDED && other.batch == figure.batch)?;
    Some(figure.minimum / ours.minimum)
}

/// The same as one JSON object.
pub(crate) fn json(figures: &[Figures], claims: &[Claim]) -> Value {
    let cases: Vec<Value> = figures
        .iter()
        .map(|figure| {
            json!({
                "name": figure.name,
                "batch": figure.batch,
                "min_ns": figure.minimum,
                "median_ns": figure.median,
                "times_ours": times_ours(figures, figure),
                "cpu_ns": figure.cpu,
                "allocations": figure.allocations,
                "bytes": figure.bytes,
                "allocations_with_failures": figure.allocations_with_failures,
                "calls": figure.made,
                "right": figure.right,
                "note": figure.note,
            })
        })
        .collect();
    let claims: Vec<Value> = claims.iter().map(Claim::json).collect();
    json!({ "cases": cases, "promises": claims })
}
