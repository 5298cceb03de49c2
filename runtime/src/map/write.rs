//! A map as JSON, and as Markdown for people.
//!
//! The same map gives the same bytes. Each entry is one line of its own, so that a change of one is a
//! change of one line; files and lines stand apart from them, as they move.

use std::fmt::Write as _;

use super::json::quote;
use super::{Class, DataMap, Entry, Source, place};

/// The format's number: a reader refuses one that it does not know.
pub(super) const FORMAT: u64 = 1;

impl DataMap {
    /// The map as JSON, one entry a line; the page of this type says what the members mean.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut out = format!("{{\n  \"data_map\": {FORMAT},\n  \"plimsoll\": ");
        quote(&self.plimsoll, &mut out);
        if self.unreadable != 0 {
            let _ = write!(out, ",\n  \"unreadable\": {}", self.unreadable);
        }
        if let Some(program) = &self.program {
            out.push_str(",\n  \"program\": {\"ceilings\": ");
            object(&program.ceilings, &mut out);
            out.push_str(", \"scrub\": ");
            object(&program.scrub, &mut out);
            let _ = write!(out, ", \"foreign_left_out\": {}}}", program.left_out);
        }
        out.push_str(",\n  \"entries\": [");
        for (at, entry) in self.entries.iter().enumerate() {
            out.push_str(if at == 0 { "\n    {" } else { ",\n    {" });
            entry.write(&mut out);
            out.push('}');
        }
        out.push_str("\n  ]");
        if !self.places.is_empty() {
            out.push_str(",\n  \"places\": {");
            for (at, (subject, places)) in self.places.iter().enumerate() {
                out.push_str(if at == 0 { "\n    " } else { ",\n    " });
                quote(subject, &mut out);
                out.push_str(": ");
                list(places, &mut out);
            }
            out.push_str("\n  }");
        }
        out.push_str("\n}\n");
        out
    }

    /// The map as Markdown: a table for each kind of mark.
    #[must_use]
    pub fn to_markdown(&self) -> String {
        let mut out = String::from("# Data map\n\nWhat leaves this program, and how.\n");
        if let Some(program) = &self.program {
            let shown = |pairs: &[(String, String)]| {
                let pairs = pairs.iter().map(|(sink, value)| format!("{sink}: {value}"));
                pairs.collect::<Vec<_>>().join(", ")
            };
            let _ =
                writeln!(out, "\nValues are shown up to a class: {}.", shown(&program.ceilings));
            if !program.scrub.is_empty() {
                let _ = writeln!(out, "The scrubber: {}.", shown(&program.scrub));
            }
            if program.left_out != 0 {
                let _ = writeln!(out, "{} foreign callsites are not listed.", program.left_out);
            }
        }
        if self.unreadable != 0 {
            let _ = writeln!(out, "\n{} records can't be read.", self.unreadable);
        }
        for source in Source::ALL {
            let mut of = self.entries.iter().filter(|entry| entry.source == source).peekable();
            if of.peek().is_none() {
                continue;
            }
            let _ = write!(out, "\n## {}\n\n", title(source));
            out.push_str("| from | field | type | class | strategy | sinks | reason | place |\n");
            out.push_str("|---|---|---|---|---|---|---|---|\n");
            for entry in of {
                let from = place(&entry.module, &entry.name);
                let places: Vec<&str> = self.places(entry).collect();
                let Entry { field, kind, class, strategy, sinks, reason, .. } = entry;
                let (sinks, places) = (sinks.join(", "), places.join(", "));
                for cell in [&from, field, kind, class, strategy, &sinks, reason, &places] {
                    out.push_str("| ");
                    cell_text(cell, &mut out);
                    out.push(' ');
                }
                out.push_str("|\n");
            }
        }
        out
    }
}

fn title(source: Source) -> &'static str {
    match source {
        Source::Function => "Fields of functions",
        Source::Metric => "Labels of metrics",
        Source::Type => "Redacted types",
        Source::Error => "Errors",
        Source::Event => "Events",
        Source::Foreign => "Foreign spans and events: unclassified, scrubbed",
    }
}

impl Entry {
    fn write(&self, out: &mut String) {
        let members = [
            ("from", self.source.name()),
            ("module", &self.module),
            ("name", &self.name),
            ("field", &self.field),
            ("type", &self.kind),
            ("class", &self.class),
            ("strategy", &self.strategy),
            ("reason", &self.reason),
        ];
        let written = members.iter().filter(|(key, value)| !value.is_empty() || *key == "field");
        for (at, (key, value)) in written.enumerate() {
            let _ = write!(out, "{}\"{key}\": ", if at == 0 { "" } else { ", " });
            quote(value, out);
        }
        if let Some(rank) = self.rank.filter(|_| Class::named(&self.class).is_none()) {
            let _ = write!(out, ", \"rank\": {rank}");
        }
        out.push_str(", \"sinks\": ");
        list(&self.sinks, out);
    }
}

fn list<'a>(texts: impl IntoIterator<Item = &'a String>, out: &mut String) {
    out.push('[');
    for (at, text) in texts.into_iter().enumerate() {
        out.push_str(if at == 0 { "" } else { ", " });
        quote(text, out);
    }
    out.push(']');
}

fn object(pairs: &[(String, String)], out: &mut String) {
    out.push('{');
    for (at, (key, value)) in pairs.iter().enumerate() {
        out.push_str(if at == 0 { "" } else { ", " });
        quote(key, out);
        out.push_str(": ");
        quote(value, out);
    }
    out.push('}');
}

/// A text in a cell of a table: as it is written, whatever it means to Markdown.
fn cell_text(text: &str, out: &mut String) {
    for letter in text.chars() {
        match letter {
            '\\' | '|' | '*' | '_' | '<' | '>' | '`' | '[' | ']' | '&' | '#' => {
                out.push('\\');
                out.push(letter);
            }
            control if control.is_control() => out.push(' '),
            other => out.push(other),
        }
    }
}
