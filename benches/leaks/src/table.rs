//! The table of leaks, in Markdown that also reads well as it is.

use std::fmt::Write as _;

use crate::peers::Peer;
use crate::slots::{Cell, Slot};

/// Rows are slots, columns are crates; below, why a crate has nothing to do with a slot.
pub(crate) fn markdown(columns: &[(&Peer, Vec<Cell>)]) -> String {
    let mut rows = vec![vec!["a secret in".to_owned()]];
    rows[0].extend(columns.iter().map(|(peer, _)| format!("{} {}", peer.name, peer.version())));
    for (index, slot) in Slot::ALL.iter().enumerate() {
        let mut row = vec![slot.what().to_owned()];
        row.extend(columns.iter().map(|(peer, cells)| {
            let mark = if peer.documented.contains(slot) { " †" } else { "" };
            text(&cells[index], mark)
        }));
        rows.push(row);
    }
    let mut total = vec!["**leaks, of slots that the crate has**".to_owned()];
    total.extend(columns.iter().map(|(_, cells)| {
        let leaks = cells.iter().filter(|cell| matches!(cell, Cell::Leak(_))).count();
        let slots = cells.iter().filter(|cell| !matches!(cell, Cell::Absent(_))).count();
        format!("**{leaks} of {slots}**")
    }));
    rows.push(total);
    let mut out = aligned(&rows);
    out.push_str(LEGEND);
    for (peer, cells) in columns {
        notes(&mut out, peer, cells);
    }
    out
}

const LEGEND: &str = "
`leak(..)`: the secret, or six of its characters in a row, can be read in this encoding; `length`: what
comes out tells how long it is; †: as its documentation says. `safe`: it can't, in none. `refused`: the
program does not compile with a secret there. `n/a`: the crate says nothing of such a slot:

";

fn notes(out: &mut String, peer: &Peer, cells: &[Cell]) {
    let mut reasons: Vec<(&str, Vec<&str>)> = Vec::new();
    for (slot, cell) in Slot::ALL.iter().zip(cells) {
        let Cell::Absent(why) = cell else { continue };
        match reasons.iter_mut().find(|(known, _)| known == why) {
            Some((_, slots)) => slots.push(slot.name()),
            None => reasons.push((why, vec![slot.name()])),
        }
    }
    for (why, slots) in reasons {
        let _ = writeln!(out, "- {}: {why} ({})", peer.name, slots.join(", "));
    }
}

fn text(cell: &Cell, mark: &str) -> String {
    match cell {
        Cell::Leak(how) => format!("leak({how}){mark}"),
        Cell::Safe => "safe".to_owned(),
        Cell::Refused => "refused".to_owned(),
        Cell::Silent => "?".to_owned(),
        Cell::Absent(_) => "n/a".to_owned(),
    }
}

fn aligned(rows: &[Vec<String>]) -> String {
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max();
    let widths: Vec<_> = (0..rows[0].len()).map(|column| width(column).unwrap_or(0)).collect();
    let mut out = String::new();
    for (index, row) in rows.iter().enumerate() {
        for (text, width) in row.iter().zip(&widths) {
            let _ = write!(out, "| {text:width$} ");
        }
        out.push_str("|\n");
        if index == 0 {
            widths.iter().for_each(|width| out.push_str(&format!("|{:-<1$}", "", width + 2)));
            out.push_str("|\n");
        }
    }
    out
}
