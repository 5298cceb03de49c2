//! What all lines of one callsite have in common: JSON text, and what the names of its fields say.
//! Made once.
//!
//! As many as the program has events in its source; they are kept for good. A thread remembers
//! those that it used last, so that a line asks nobody. Called by `event`.

use std::cell::Cell;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use tracing_core::{Metadata, callsite};

use super::json::level_name;
use super::layer::level;
use super::line::{Line, Prepared};
use crate::model::Level;
use crate::scrub::hits::Origin;
use crate::scrub::{Form, gate};

/// The texts of one callsite.
#[derive(Debug)]
pub(super) struct Head {
    metadata: &'static Metadata<'static>,
    pub(super) level: Level,
    /// From the end of the time to the message.
    pub(super) open: Prepared,
    keys: Box<[Key]>,
    /// The name of a field is a secret's.
    pub(super) hides: bool,
    /// The first field is the message.
    pub(super) says: bool,
    /// A message that comes late, or a key that comes twice, needs an entry.
    pub(super) simple: bool,
}

/// A field of the callsite.
#[derive(Debug)]
pub(super) struct Key {
    /// A byte to be written over, its key, a colon.
    pub(super) text: Prepared,
    /// How its values are looked at.
    pub(super) form: Form,
}

impl Head {
    fn new(metadata: &'static Metadata<'static>) -> Head {
        let level = level(*metadata.level());
        let mut line = Line::default();
        line.put(b"\",\"level\":\"");
        line.put(level_name(level).as_bytes());
        line.put(b"\",\"target\":");
        line.text(metadata.target());
        line.put(b",\"message\":");
        let open = Prepared::new(line.as_bytes());
        let (mut says, mut simple) = (false, true);
        let mut keys = Vec::new();
        let mut known: Vec<&str> = Vec::new();
        for field in metadata.fields() {
            let name = field.name();
            line.clear();
            line.put(b",");
            line.whole_text(name);
            line.put(b":");
            let form = if name == "message" { Form::Text } else { gate::form(name) };
            keys.push(Key { text: Prepared::new(line.as_bytes()), form });
            says |= name == "message" && field.index() == 0;
            simple &= !known.contains(&name) && (name != "message" || field.index() == 0);
            known.push(name);
        }
        let hides = keys.iter().any(|key: &Key| key.form == Form::Secret);
        Head { metadata, level, open, keys: keys.into(), hides, says, simple }
    }

    #[inline]
    pub(super) fn key(&'static self, index: usize) -> Option<&'static Key> {
        self.keys.get(index)
    }

    /// Where the text of a field comes from.
    pub(super) fn origin(&self, field: &'static str) -> Origin<'static> {
        Origin::of(self.metadata, field)
    }
}

/// Places of a thread's memory: a power of two.
const PLACES: usize = 64;

thread_local! {
    static LAST: [Cell<Option<&'static Head>>; PLACES] = const { [const { Cell::new(None) }; PLACES] };
}

static ALL: Mutex<Option<HashMap<callsite::Identifier, &'static Head>>> = Mutex::new(None);

/// The texts of a callsite.
#[inline]
pub(super) fn of(metadata: &'static Metadata<'static>) -> &'static Head {
    let address = std::ptr::from_ref(metadata) as usize;
    // Statics lie some hundred bytes apart.
    let place = (address >> 4 ^ address >> 10) % PLACES;
    LAST.with(|last| {
        let Some(slot) = last.get(place) else { return made(metadata) };
        match slot.get() {
            Some(head) if std::ptr::eq(head.metadata, metadata) => head,
            _ => {
                let head = made(metadata);
                slot.set(Some(head));
                head
            }
        }
    })
}

#[cold]
#[inline(never)]
fn made(metadata: &'static Metadata<'static>) -> &'static Head {
    let mut all = ALL.lock().unwrap_or_else(PoisonError::into_inner);
    let all = all.get_or_insert_default();
    all.entry(metadata.callsite()).or_insert_with(|| Box::leak(Box::new(Head::new(metadata))))
}
