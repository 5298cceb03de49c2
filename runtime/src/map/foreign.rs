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

/// All of them, as entries in order, and those that are too many. `own` are the entries of marks: a
/// host's own subscriber sees those as callsites of `tracing`, too.
pub(super) fn seen(own: &[Entry]) -> Foreign {
    let seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
    let foreign = seen.callsites.values().filter(|metadata| !is_own(metadata, own));
    let fields = foreign.flat_map(|metadata| {
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

/// A mark or a typed event of plimsoll's, with no field but those that the map has.
fn is_own(metadata: &Metadata<'_>, own: &[Entry]) -> bool {
    let has = |field: &str| {
        own.iter().any(|entry| {
            let is_it = match entry.source {
                Source::Function => {
                    (metadata.target(), metadata.name()) == (&*entry.module, &*entry.name)
                }
                // Its callsite does not say which it is; `tracing` calls none of its own so.
                Source::Event => metadata.is_event() && metadata.name() == "event",
                _ => false,
            };
            is_it && entry.field == field
        })
    };
    let mut fields = metadata.fields().iter().filter(|field| field.name() != "message").peekable();
    fields.peek().is_some() && fields.all(|field| has(field.name()))
}
