//! Nothing leaves undeclared: a canary in every slot, and a search of every sink.
//!
//! A program of its own fills each slot (`slots.rs` is the list; one file a kind) and writes to all
//! sinks: log lines, standard error, OTLP as it was on the wire and as rotel printed it, the metrics
//! page in each format, the other admin pages, and the program's own function for spans.
//!
//! It runs twice. With the scrubber no canary may be found. Without it those may that the scrubber
//! alone guards, and they must: so the slot does reach a sink, and the search does find it. What a
//! type guards stays hidden then as well. Beside each canary stands a number that may leave, and has
//! to be found.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed expectation is how a test speaks")]

mod calls;
mod events;
mod http;
mod metrics;
mod process;
mod program;
mod slots;
mod texts;
mod values;

use std::fmt::Write as _;

use plimsoll::testing::leaks;
use plimsoll_tests::rotel::Rotel;

use program::{Program, Sink};
use slots::{Guard, Slot};

/// What one run let out.
struct Run {
    sinks: Vec<Sink>,
    /// Of each slot the leaks: sink, encoding, and what stands around.
    leaks: Vec<Vec<(&'static str, String)>>,
    /// Of each slot the sinks that have its control.
    controls: Vec<Vec<&'static str>>,
}

impl Run {
    fn of(scrub: &str) -> Option<Run> {
        let rotel = Rotel::start()?;
        let sinks = Program::run(&rotel, scrub);
        let slots: Vec<&Slot> = slots::all().collect();
        let canaries: Vec<_> = slots.iter().map(|slot| slot.canary()).collect();
        let mut run = Run {
            leaks: vec![Vec::new(); slots.len()],
            controls: vec![Vec::new(); slots.len()],
            sinks,
        };
        for sink in &run.sinks {
            for leak in leaks(&canaries, &sink.bytes) {
                let place = canaries.iter().position(|canary| canary.name() == leak.canary);
                run.leaks[place.unwrap()].push((sink.name, leak.to_string()));
            }
            let text = String::from_utf8_lossy(&sink.bytes);
            for (index, found) in run.controls.iter_mut().enumerate() {
                if text.contains(&slots::control(index).to_string()) {
                    found.push(sink.name);
                }
            }
        }
        Some(run)
    }

    /// The table: a row a slot, those that leak last.
    fn table(&self) -> String {
        let mut table = String::new();
        for (index, slot) in slots::all().enumerate() {
            let leaks = match &self.leaks[index][..] {
                [] => "safe".to_owned(),
                leaks => format!("LEAKS {leaks:?}"),
            };
            let Slot { name, guard, .. } = slot;
            let found = self.controls[index].join(", ");
            writeln!(table, "{name:<30} {guard:<8} {leaks}; control in: {found}").unwrap();
        }
        table
    }
}

#[test]
fn no_canary_leaves_in_any_slot_sink_and_encoding() {
    let Some(run) = Run::of("mask") else { return };
    let table = run.table();
    println!("{table}");
    let open = slots::all().enumerate().filter(|(index, _)| !run.leaks[*index].is_empty());
    let mut open = open.map(|(_, slot)| slot.name);
    assert!(open.all(|name| slots::OPEN.contains(&name)), "slots leak:\n{table}");
    for (index, slot) in slots::all().enumerate() {
        assert!(!run.controls[index].is_empty(), "{}: nothing of it left\n{table}", slot.name);
    }
    for sink in &run.sinks {
        let found = run.controls.iter().filter(|found| found.contains(&sink.name)).count();
        assert!(found > 0 || sink.is_constant, "{}: no control is there", sink.name);
        assert!(!sink.bytes.is_empty(), "{} is empty", sink.name);
    }
}

#[test]
fn without_the_scrubber_types_still_hold_and_the_search_finds_the_rest() {
    let Some(run) = Run::of("off") else { return };
    let table = run.table();
    for (index, slot) in slots::all().enumerate() {
        let leaks = &run.leaks[index];
        match slot.guard {
            _ if slots::OPEN.contains(&slot.name) => {}
            Guard::Type | Guard::Never => {
                assert!(leaks.is_empty(), "{}: {leaks:?}\n{table}", slot.name);
            }
            Guard::Name | Guard::Shape => {
                assert!(!leaks.is_empty(), "{} is not seen by any sink\n{table}", slot.name);
            }
        }
    }
}
