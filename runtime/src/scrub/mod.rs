//! The second net: finds secrets and personal data in text that no type guards, and masks them.
//!
//! What a mark records has a type, and its type has decided. This is for all other text that leaves:
//! messages, fields of foreign `tracing` events and spans, error chains, URLs, SQL, headers, what
//! describes the process. One [`Scrubber`] stands before every sink; it looks at structure first
//! (names of fields, URLs, SQL, JSON), then for patterns, each with a check where its format has one.
//!
//! ```text
//! text ─▶ gate ─▶ engine ─▶ nothing, or the text with marks in it
//!          │ └──▶ memo: texts that were clean before
//!          └────▶ hits: by rule, sink and callsite
//! ```
//!
//! # What is looked at, where and when
//!
//! A text is looked at as it was, before it is escaped and before it is cut at 4 KiB; of a longer one
//! the first 16 KiB. What a name hides is `[redacted]`, what a rule found `[redacted:rule]`, and a
//! text that could not be looked at `[redacted:error]`: a rule panicked, or the text was made so that
//! the look would take some milliseconds of the thread that logs it.
//!
//! | what | where |
//! |---|---|
//! | message and fields of `tracing` events, errors with their sources | on the thread that logs, before line and log record |
//! | integers of 13 to 19 digits in events and foreign spans | the same: some are the numbers of cards |
//! | fields of spans | on the export thread, before OTLP and [`on_span`](crate::Builder::on_span); foreign numbers when they are recorded |
//! | values of open labels, of `Info`s, of foreign metrics | when a value is new |
//! | attributes of the resource | by `init` |
//! | a caller's request id | when the request comes |
//! | texts of readiness checks | when a check has failed |
//!
//! Not looked at is what stands in the source: targets, modules, names of spans, functions, metrics and
//! fields, the types of errors (which are a span's status). Links hold ids only. The name of a field
//! hides its value where nobody has decided on that: in events, foreign spans, labels, the resource.
//! Of a mark's own field the mark has decided, so only its text is looked at.
//!
//! Texts of foreign spans do not leave at all, unless OpenTelemetry's conventions call them harmless or
//! [`allow_foreign_fields`](crate::Builder::allow_foreign_fields) names them.

mod detector;
mod effort;
mod engine;
mod forms;
pub(crate) mod gate;
#[cfg(test)]
mod harmless;
pub(crate) mod hits;
mod json;
mod mask;
pub(crate) mod memo;
mod mode;
mod names;
mod own;
mod personal;
mod plain;
mod prefilter;
#[cfg(test)]
mod properties;
mod rules;
mod sql;
mod template;
mod url;

use std::borrow::Cow;

use crate::error::Error;

pub use mode::Mode;
pub(crate) use mode::Modes;
pub(crate) use names::Form;

/// Rules, names and the automaton made of them. Cheap to share, and slow to make: keep one.
#[derive(Debug)]
pub struct Scrubber {
    engine: engine::Engine,
}

/// What was masked in one text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Masked {
    /// The text, with `[redacted:rule]` in place of what was found.
    pub(crate) text: String,
    /// The rules that found something, each as often as it did.
    pub(crate) rules: Vec<&'static str>,
}

/// A rule of the program's own.
#[derive(Clone, Debug)]
pub struct Rule {
    name: String,
    pattern: String,
}

impl Rule {
    /// Masks what `pattern` finds, as `[redacted:name]`. Of a pattern with a group, only the group.
    pub fn new(name: impl Into<String>, pattern: impl Into<String>) -> Rule {
        Rule { name: name.into(), pattern: pattern.into() }
    }
}

impl Scrubber {
    /// The rules that plimsoll brings.
    pub fn new() -> Scrubber {
        Scrubber { engine: engine::Engine::standard() }
    }

    /// The same, with rules and sensitive names of the program's own.
    ///
    /// # Errors
    /// When a pattern can't be read, or would match an empty text, or a name is empty.
    pub fn with(rules: &[Rule], names: &[&str]) -> Result<Scrubber, Error> {
        Ok(Scrubber { engine: engine::Engine::with(rules, names)? })
    }

    /// Masks what should not be in a text.
    pub fn text<'a>(&self, text: &'a str) -> Cow<'a, str> {
        match self.find(Form::Text, text) {
            Some(masked) => Cow::Owned(masked.text),
            None => Cow::Borrowed(text),
        }
    }

    /// Masks what should not be in the value of a field: all of it where the name is a secret's.
    pub fn field<'a>(&self, name: &str, value: &'a str) -> Cow<'a, str> {
        match self.find(self.form(name), value) {
            Some(masked) => Cow::Owned(masked.text),
            None => Cow::Borrowed(value),
        }
    }

    /// What the name of a field says about its value. To be kept for a callsite, not asked each time.
    pub(crate) fn form(&self, name: &str) -> Form {
        self.engine.form(name)
    }

    /// What is to be masked in a text of this form; nothing if it may leave as it is.
    pub(crate) fn find(&self, form: Form, text: &str) -> Option<Masked> {
        self.engine.find(form, text)
    }

    /// The names of all rules, those of the program's own included.
    pub(crate) fn rules(&self) -> Vec<&'static str> {
        self.engine.rules()
    }
}

impl Default for Scrubber {
    fn default() -> Scrubber {
        Scrubber::new()
    }
}
