//! Fields of spans as they may leave: looked at here, away from the calls that recorded them.
//!
//! `worker` has each chunk looked at once, before OTLP and the program's own function get it; both
//! read what was masked from here. What a mark records has been decided on by the mark, whatever the
//! field's name is; its text is looked at all the same.

use crate::model::text::{MARK, TEXT_LIMIT, cut};
use crate::model::{Site, Value};
use crate::record::Chunk;
use crate::redact::Sink;
use crate::scrub::Form;
use crate::scrub::gate::{self, Verdict};
use crate::scrub::hits::Origin;
use crate::scrub::memo::{Kind, Memo};

/// Names of fields that are remembered: each has one place, which another may take over.
const NAMES: usize = 256;

/// What leaves in place of some fields of a chunk, and what is kept from chunk to chunk.
#[derive(Debug)]
pub(super) struct Scrubbed {
    memo: Memo,
    /// What names say, by a few of their letters.
    forms: Box<[(Box<str>, Form)]>,
    /// The number of a span in the chunk, that of a field in the span, and what leaves instead.
    masked: Vec<(usize, usize, String)>,
}

impl Default for Scrubbed {
    fn default() -> Scrubbed {
        let forms = vec![("".into(), Form::Text); NAMES].into();
        Scrubbed { memo: Memo::default(), forms, masked: Vec::new() }
    }
}

impl Scrubbed {
    /// Looks at all fields of a chunk.
    pub(super) fn look(&mut self, chunk: &Chunk<'_>) {
        self.masked.clear();
        if !gate::is_on(Sink::Span) {
            return;
        }
        for (at, span) in chunk.spans().enumerate() {
            for (number, (key, value)) in span.fields().enumerate() {
                if let Value::Str(text) = value {
                    if let Some(masked) = self.text(span.site(), key, text) {
                        self.masked.push((at, number, masked));
                    }
                }
            }
        }
    }

    /// The fields of a span of that chunk, as they may leave.
    pub(super) fn fields<'a>(
        &'a self,
        span: usize,
        fields: impl Iterator<Item = (&'a str, Value<'a>)>,
    ) -> impl Iterator<Item = (&'a str, Value<'a>)> {
        // They stand in the order of spans and their fields.
        let from = self.masked.partition_point(|(at, ..)| *at < span);
        let mut masked = self.masked.get(from..).unwrap_or_default().iter().peekable();
        fields.enumerate().map(move |(number, (key, value))| {
            let here = masked.next_if(|(at, field, _)| (*at, *field) == (span, number));
            (key, here.map_or(value, |(_, _, text)| Value::Str(text)))
        })
    }

    fn text(&mut self, site: &'static Site, key: &str, text: &str) -> Option<String> {
        let form = match self.form(key) {
            Form::Secret if site.is_function() => Form::Text,
            form => form,
        };
        // What was hidden before has been counted.
        if text == gate::HIDDEN || self.memo.knows(Kind::of(form), text.as_bytes()) {
            return None;
        }
        let verdict = gate::look(Sink::Span, form, text, || {
            let Site { function, module, location, .. } = site;
            let file = if site.is_function() { location.file() } else { "" };
            let line = if site.is_function() { location.line() } else { 0 };
            Origin { module, name: function, file, line, field: key }
        });
        match verdict {
            Verdict::Masked(mut masked) => {
                let end = cut(&masked, TEXT_LIMIT).len();
                if end < masked.len() {
                    masked.truncate(end);
                    masked.push_str(MARK);
                }
                Some(masked)
            }
            Verdict::Clean => {
                self.memo.learn(Kind::of(form), text.as_bytes());
                None
            }
            Verdict::Stays => None,
        }
    }

    fn form(&mut self, key: &str) -> Form {
        let end = key.bytes().rev().take(4);
        let letters = end.fold(key.len(), |sum, byte| sum * 31 + usize::from(byte));
        let Some((known, form)) = self.forms.get_mut(letters % NAMES) else { return Form::Text };
        if **known != *key {
            *form = gate::form(key);
            *known = key.into();
        }
        *form
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Kind as SpanKind;

    static FUNCTION: Site = Site::new("Shop::order", "shop::orders").kind(SpanKind::Client);

    #[test]
    fn a_text_is_masked_and_a_clean_one_is_not() {
        gate::install_for_tests();
        let mut scrubbed = Scrubbed::default();
        let mut text = |key: &str, text: &str| scrubbed.text(&FUNCTION, key, text);
        for _ in 0..2 {
            assert_eq!(text("note", "a quiet-abc"), Some("a [redacted:hush]".to_owned()));
            assert_eq!(text("note", "a"), None);
            let long = format!("quiet-a {}", "ä".repeat(TEXT_LIMIT / 2 - 4));
            let masked = text("note", &long).unwrap();
            assert!(masked.ends_with(MARK) && masked.len() <= TEXT_LIMIT + MARK.len());
        }
    }

    #[test]
    fn what_is_masked_stands_in_the_field_it_is_of() {
        let masked = [(0, 1, "a"), (2, 0, "b"), (2, 2, "c"), (7, 0, "d")];
        let masked = masked.map(|(span, field, text)| (span, field, text.to_owned())).to_vec();
        let scrubbed = Scrubbed { masked, ..Scrubbed::default() };
        let texts = |span| {
            let fields = ["x", "y", "z"].map(|text| (text, Value::Str(text)));
            let shown = scrubbed.fields(span, fields.into_iter());
            shown.map(|(_, value)| format!("{value:?}")).collect::<Vec<_>>().join(" ")
        };
        let expected =
            |texts: [&str; 3]| texts.map(|text| format!("{:?}", Value::Str(text))).join(" ");
        assert_eq!(texts(0), expected(["x", "a", "z"]));
        assert_eq!(texts(1), expected(["x", "y", "z"]));
        assert_eq!(texts(2), expected(["b", "y", "c"]));
        assert_eq!(texts(7), expected(["d", "y", "z"]));
        assert_eq!(texts(8), expected(["x", "y", "z"]));
    }
}
