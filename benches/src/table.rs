//! Turns figures and claims into a table for people, or one JSON object for programs.
//!
//! Pure: numbers in, text out. Called by `main`.

use std::fmt::Write as _;

use serde_json::{Value, json};

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
    line(format_args!(
        "{:width$} {:>8} {:>8} {:>8} {:>7} {:>7}  books",
        "case, ns a call", "min", "median", "CPU", "allocs", "bytes"
    ));
    for figure in figures {
        let books = if figure.right { &figure.note } else { &format!("WRONG: {}", figure.note) };
        line(format_args!(
            "{:width$} {:>8.1} {:>8.1} {:>8.1} {:>7.2} {:>7.0}  {books}",
            figure.name,
            figure.minimum,
            figure.median,
            figure.cpu,
            figure.allocations,
            figure.bytes,
        ));
    }
    if !claims.is_empty() {
        line(format_args!("\n{:46} {:>8} {:>8} {:>8}", "promises", "min", "median", "at most"));
    }
    for claim in claims {
        let Claim { what, value, by_medians, limit, unit } = claim;
        let verdict = if claim.holds() { "holds" } else { "MISSED" };
        line(format_args!(
            "{what:46} {value:>8.3} {by_medians:>8.3} {limit:>8.3}{unit:3}  {verdict}"
        ));
    }
    out
}

/// The same as one JSON object.
pub(crate) fn json(figures: &[Figures], claims: &[Claim]) -> Value {
    let cases: Vec<Value> = figures
        .iter()
        .map(|figure| {
            json!({
                "name": figure.name,
                "min_ns": figure.minimum,
                "median_ns": figure.median,
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
    let claims: Vec<Value> = claims
        .iter()
        .map(|claim| {
            json!({
                "what": claim.what,
                "value": claim.value,
                "value_by_medians": claim.by_medians,
                "limit": claim.limit,
                "holds": claim.holds(),
            })
        })
        .collect();
    json!({ "cases": cases, "promises": claims })
}
