//! What a data map is: its entries, and what is known of the program that has it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::{parse, resolve};

/// What an entry has for a class that nobody can tell from the source: it is what the type says.
pub(super) const BY_TYPE: &str = "by type";

#[doc = include_str!("map.md")]
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DataMap {
    /// The version that wrote the records; empty if nobody knows.
    pub(super) plimsoll: String,
    /// Records that can't be read.
    pub(super) unreadable: u64,
    /// Only in the map that a program makes of itself.
    pub(super) program: Option<Program>,
    pub(super) entries: Vec<Entry>,
    /// Where each subject stands, by [`place`].
    pub(super) places: BTreeMap<String, BTreeSet<String>>,
}

/// What only the running program knows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Program {
    /// For each sink the class up to which it shows values.
    pub(super) ceilings: Vec<(String, String)>,
    /// For each sink what the scrubber does.
    pub(super) scrub: Vec<(String, String)>,
    /// Foreign callsites that are not listed, as there are too many.
    pub(super) left_out: u64,
}

/// Which kind of mark an entry comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Source {
    /// `#[observe]` on a function.
    Function,
    /// The labels of a `#[metric]`.
    Metric,
    /// `#[redact]` on a type.
    Type,
    /// `#[derive(ErrorKind)]` on an error.
    Error,
    /// One of plimsoll's typed events.
    Event,
    /// A span or event of `tracing`'s own macros, which no type guards; seen while the program runs.
    Foreign,
}

impl Source {
    pub(super) const ALL: [Source; 6] = [
        Source::Function,
        Source::Metric,
        Source::Type,
        Source::Error,
        Source::Event,
        Source::Foreign,
    ];

    /// The word for it in the map.
    pub const fn name(self) -> &'static str {
        match self {
            Source::Function => "function",
            Source::Metric => "metric",
            Source::Type => "type",
            Source::Error => "error",
            Source::Event => "event",
            Source::Foreign => "foreign",
        }
    }
}

/// One field that leaves, and how.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Entry {
    /// The kind of mark.
    pub source: Source,
    /// The path of the module that the mark stands in.
    pub module: String,
    /// The function, metric, type or error.
    pub name: String,
    /// The key, label or field; of an enum's fields `Variant.field`.
    pub field: String,
    /// The type as it is written; empty where none is.
    pub kind: String,
    /// The class of the value; `by type` if only its type knows, `unclassified` if nobody does.
    pub class: String,
    /// The place of the class in the order, 0 is public; none if the class is not known.
    pub rank: Option<u8>,
    /// What is done with it: a strategy, or `shown`, `public`, `allowed`, `closed`, `open(500)`.
    pub strategy: String,
    /// The ways by which it leaves, sorted.
    pub sinks: Vec<String>,
    /// Why it may be seen, where the mark gives a reason.
    pub reason: String,
}

/// A class as the map has it: its rank orders it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Class {
    pub(super) name: String,
    pub(super) rank: u8,
}

impl Class {
    /// One of the four of plimsoll's.
    pub(super) fn named(name: &str) -> Option<Class> {
        use crate::redact::Class as Of;
        let all = [Of::PUBLIC, Of::INTERNAL, Of::PII, Of::SECRET];
        let found = all.into_iter().find(|class| class.name() == name)?;
        Some(Class { name: name.to_owned(), rank: found.rank() })
    }

    /// The more sensitive of two.
    pub(super) fn or(self, other: Class) -> Class {
        if other.rank > self.rank { other } else { self }
    }
}

/// The key of a subject's places.
pub(super) fn place(module: &str, name: &str) -> String {
    format!("{module}::{name}")
}

/// One difference between two maps, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Change {
    /// More may leave than before: a class dropped, a strategy loosened, a way out was added.
    pub loosens: bool,
    /// What changed.
    pub what: String,
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = if self.loosens { "LOOSER" } else { "      " };
        write!(f, "{word}  {}", self.what)
    }
}

impl DataMap {
    pub(super) fn of_section(bytes: &[u8]) -> DataMap {
        resolve::map(parse::section(bytes))
    }

    /// All entries, sorted by kind of mark, module, name and field.
    pub fn entries(&self) -> impl ExactSizeIterator<Item = &Entry> {
        self.entries.iter()
    }

    /// The places of an entry's mark in the source, as `file:line`. Functions of one name in one
    /// module share theirs.
    pub fn places(&self, entry: &Entry) -> impl Iterator<Item = &str> {
        let key = place(&entry.module, &entry.name);
        self.places.get(&key).into_iter().flatten().map(String::as_str)
    }

    /// The same without files and lines, and without what only the running program knows: two
    /// programs whose maps are equal then let the same leave.
    #[must_use]
    pub fn bare(mut self) -> DataMap {
        self.places.clear();
        self.program = None;
        self.entries.retain(|entry| entry.source != Source::Foreign);
        self
    }
}

/// The data map of this program.
///
/// Makes it anew at each call, from what the linker gathered and the foreign `tracing` callsites
/// that were met so far; takes well below a millisecond for a hundred marks.
///
/// ```
/// # #[plimsoll::observe(log(items))]
/// # fn place_order(items: u64) {}
/// let map = plimsoll::data_map();
/// # if cfg!(unix) {
/// assert!(map.entries().any(|entry| entry.name == "place_order" && entry.field == "items"));
/// # }
/// ```
#[cfg(feature = "runtime")]
#[must_use]
pub fn data_map() -> DataMap {
    use crate::redact::{Class as Of, Sink, ceiling};
    use crate::scrub::gate;
    let mut map = DataMap::of_section(super::record::section());
    let classes = [Of::PUBLIC, Of::INTERNAL, Of::PII, Of::SECRET];
    let ceilings = Sink::ALL.map(|sink| {
        let rank = usize::from(ceiling(sink));
        let class = classes.get(rank).map_or_else(|| rank.to_string(), |it| it.name().to_owned());
        (sink.name().to_owned(), class)
    });
    let scrub = Sink::ALL.map(|sink| (sink.name().to_owned(), gate::mode(sink).name().to_owned()));
    let foreign = super::foreign::seen(&map.entries);
    map.entries.extend(foreign.entries);
    map.program = Some(Program {
        ceilings: ceilings.into(),
        scrub: scrub.into(),
        left_out: foreign.left_out,
    });
    map
}
