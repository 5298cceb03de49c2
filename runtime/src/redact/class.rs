//! How sensitive a value is, and what each way out lets through.
//!
//! A type has a class, a sink has a ceiling; one comparison of two bytes decides. Knows no value.

use std::sync::atomic::{AtomicU8, Ordering};

/// How sensitive what is shown of a value is.
///
/// The four of plimsoll are ordered; one of your own stands beside one of them:
///
/// ```
/// use plimsoll::Class;
///
/// const PHI: Class = Class::PII.named("phi");
/// assert!(PHI.rank() == Class::PII.rank() && PHI.name() == "phi");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Class {
    name: &'static str,
    rank: u8,
}

impl Class {
    /// Anybody may know it.
    pub const PUBLIC: Class = Class { name: "public", rank: 0 };
    /// For those who run the service. What a type is that does not say otherwise.
    pub const INTERNAL: Class = Class { name: "internal", rank: 1 };
    /// Tells something about a person.
    pub const PII: Class = Class { name: "pii", rank: 2 };
    /// Lets whoever knows it in: passwords, keys, tokens.
    pub const SECRET: Class = Class { name: "secret", rank: 3 };

    /// A class of its own name, as sensitive as this one.
    pub const fn named(self, name: &'static str) -> Class {
        Class { name, rank: self.rank }
    }

    /// The name that the data map shows.
    pub const fn name(self) -> &'static str {
        self.name
    }

    /// Its place in the order: 0 is public, 3 is secret.
    pub const fn rank(self) -> u8 {
        self.rank
    }

    /// The more sensitive of two.
    pub const fn or(self, other: Class) -> Class {
        if other.rank > self.rank { other } else { self }
    }
}

/// Refuses a class that is not below this rank: the rules of `#[redact]`, for classes of which the
/// macro knows only the name.
///
/// # Panics
/// In the compiler, where it is called.
#[track_caller]
pub const fn below(rank: u8, limit: u8, message: &'static str) {
    assert!(rank < limit, "{}", message);
}

/// A way out of the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Sink {
    /// Spans: their fields, names and status.
    Span,
    /// Log lines and log records, those of errors and panics included.
    Log,
    /// Labels of metrics.
    Label,
    /// What describes the process: the attributes of the resource.
    Resource,
    /// The answers of the admin server.
    Admin,
}

impl Sink {
    /// All of them.
    pub const ALL: [Sink; 5] = [Sink::Span, Sink::Log, Sink::Label, Sink::Resource, Sink::Admin];

    /// The word for it, in metrics, settings and the data map.
    pub const fn name(self) -> &'static str {
        match self {
            Sink::Span => "span",
            Sink::Log => "log",
            Sink::Label => "label",
            Sink::Resource => "resource",
            Sink::Admin => "admin",
        }
    }
}

/// The highest rank that each sink shows, in the order of `Sink::ALL`.
static CEILINGS: [AtomicU8; Sink::ALL.len()] = [
    AtomicU8::new(Class::INTERNAL.rank),
    AtomicU8::new(Class::INTERNAL.rank),
    AtomicU8::new(Class::PUBLIC.rank),
    AtomicU8::new(Class::INTERNAL.rank),
    AtomicU8::new(Class::INTERNAL.rank),
];

/// The highest rank that a sink shows.
#[inline]
pub(crate) fn ceiling(sink: Sink) -> u8 {
    CEILINGS[sink as usize].load(Ordering::Relaxed)
}

/// Lets a sink show values up to this class. Called by `init`, before anything is recorded.
pub(crate) fn set_ceiling(sink: Sink, class: Class) {
    CEILINGS[sink as usize].store(class.rank, Ordering::Relaxed);
}
