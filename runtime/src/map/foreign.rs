//! Foreign `tracing` callsites: what leaves without a type that guards it.
//!
//! They are in no section: the `tracing` layers say which they let through, as callsites register.
//! Bounded; once for each callsite, so that a lock is good enough.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use tracing_core::Metadata;

use super::{Entry, Source};

/// Callsites that are listed.
const MOST: usize = 2000;

/// What is known of all callsites that were let through.
struct Seen {
    callsites: BTreeMap<usize, &'static Metadata<'static>>,
    left_out: u64,
}

static SEEN: Mutex<Seen> = Mutex::new(Seen { callsites: BTreeMap::new(), left_out: 0 });

/// Notes a callsite whose events or spans are let through. Those of plimsoll's own are not foreign.
pub(crate) fn see(metadata: &'static Metadata<'static>) {
    let target = metadata.target();
    if target == "plimsoll" || target.starts_with("plimsoll::") {
        return;
    }
    let mut seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
    let key = std::ptr::from_ref(metadata).addr();
    if seen.callsites.contains_key(&key) {
        return;
    }
    if seen.callsites.len() < MOST {
        seen.callsites.insert(key, metadata);
    } else {
        seen.left_out = seen.left_out.saturating_add(1);
    }
}

/// What a map says of them.
pub(super) struct Foreign {
    pub(super) entries: Vec<Entry>,
    pub(super) left_out: u64,
}

/// All of them, as entries in order, and those that are too many.
pub(super) fn seen() -> Foreign {
    let seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
    let fields = seen.callsites.values().flat_map(|metadata| {
        let sink = if metadata.is_span() { "span" } else { "log" };
        metadata.fields().iter().map(move |field| Entry {
            source: Source::Foreign,
            module: metadata.target().to_owned(),
            name: if metadata.is_span() { metadata.name() } else { "(event)" }.to_owned(),
            field: field.name().to_owned(),
            kind: String::new(),
            class: String::from("unclassified"),
            rank: None,
            strategy: String::from("scrubbed"),
            sinks: vec![sink.to_owned()],
            reason: String::new(),
        })
    });
    let mut entries: Vec<Entry> = fields.collect();
    entries.sort_unstable();
    // Many events of a module have a `message`.
    entries.dedup();
    Foreign { entries, left_out: seen.left_out }
}
