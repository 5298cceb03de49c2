//! What the scrubber found, counted: by rule and sink for the page, by callsite for those who mend it.
//!
//! Holds nothing of the texts. Rules are known from the start; callsites come up, 500 at most, and all
//! others count as one. Fed by `gate`; read by the metrics page and the admin server.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tracing_core::Metadata;

use crate::model::text::cut;
use crate::redact::Sink;

/// The name of a field was a secret's.
pub(crate) const NAME: &str = "name";
/// The scrubber panicked: the whole text was hidden.
pub(crate) const ERROR: &str = "error";
/// A text was longer than what is looked at: the rest was dropped.
pub(crate) const LONG: &str = "long";
/// A rule that was not known at the start.
const OTHER: &str = "_OTHER";

/// Callsites, times rules, that are told apart.
const CALLSITES: usize = 500;
/// Bytes of one of a callsite's texts.
const TEXT: usize = 200;

/// Where a text came from.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Origin<'a> {
    /// The target of an event, the module of a span.
    pub(crate) module: &'a str,
    /// The span's, the metric's; nothing for an event.
    pub(crate) name: &'a str,
    pub(crate) file: &'a str,
    pub(crate) line: u32,
    /// The field, the label, or `message`.
    pub(crate) field: &'a str,
}

impl<'a> Origin<'a> {
    /// A field of a callsite of `tracing`.
    pub(crate) fn of(metadata: &Metadata<'a>, field: &'a str) -> Origin<'a> {
        Origin {
            module: metadata.target(),
            // An event's is made of its place.
            name: if metadata.is_span() { metadata.name() } else { "" },
            file: metadata.file().unwrap_or_default(),
            line: metadata.line().unwrap_or_default(),
            field,
        }
    }
}

/// All counts.
#[derive(Debug)]
pub(crate) struct Hits {
    rules: Box<[(&'static str, [AtomicU64; Sink::ALL.len()])]>,
    callsites: Mutex<Callsites>,
}

#[derive(Debug, Default)]
struct Callsites {
    known: HashMap<Callsite, u64>,
    /// Hits of all that found no room.
    rest: u64,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Callsite {
    module: Box<str>,
    name: Box<str>,
    file: Box<str>,
    line: u32,
    field: Box<str>,
    sink: &'static str,
    rule: &'static str,
}

impl Hits {
    /// None yet, of these rules.
    pub(crate) fn new(mut rules: Vec<&'static str>) -> Hits {
        rules.retain(|rule| ![NAME, ERROR, LONG, OTHER].contains(rule));
        rules.sort_unstable();
        rules.dedup();
        rules.splice(0..0, [ERROR, LONG, NAME]);
        rules.push(OTHER);
        Hits {
            rules: rules.into_iter().map(|rule| (rule, Default::default())).collect(),
            callsites: Mutex::default(),
        }
    }

    /// Counts one hit.
    #[cold]
    pub(crate) fn count(&self, sink: Sink, rule: &'static str, origin: &Origin<'_>) {
        let known = self.rules.iter().find(|(known, _)| *known == rule).or(self.rules.last());
        let Some((rule, counts)) = known else { return };
        counts[sink as usize].fetch_add(1, Ordering::Relaxed);

        let Origin { module, name, file, line, field } = *origin;
        let text = |text: &str| cut(text, TEXT).into();
        let callsite = Callsite {
            module: text(module),
            name: text(name),
            file: text(file),
            line,
            field: text(field),
            sink: sink.name(),
            rule,
        };
        let mut callsites = self.callsites();
        let has_room = callsites.known.len() < CALLSITES;
        match callsites.known.get_mut(&callsite) {
            Some(hits) => *hits += 1,
            None if has_room => {
                callsites.known.insert(callsite, 1);
            }
            None => callsites.rest += 1,
        }
    }

    fn callsites(&self) -> MutexGuard<'_, Callsites> {
        self.callsites.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Visits the counts by rule and sink. Those of labels, resource and admin come up with the first
    /// hit, and those of the rule that should not be there.
    pub(crate) fn each(&self, visit: &mut dyn FnMut(&'static str, Sink, u64)) {
        for (rule, counts) in &self.rules {
            for sink in Sink::ALL {
                let count = counts[sink as usize].load(Ordering::Relaxed);
                let is_usual = matches!(sink, Sink::Span | Sink::Log) && *rule != OTHER;
                if is_usual || count > 0 {
                    visit(rule, sink, count);
                }
            }
        }
    }

    /// Appends rules and callsites as members of a JSON object, those with most hits first.
    pub(crate) fn write_json(&self, text: &dyn Fn(&str) -> String, out: &mut String) {
        out.push_str("\"rules\":[");
        let mut comma = "";
        for (rule, counts) in self.rules.iter().filter(|(rule, _)| *rule != OTHER) {
            let _ = write!(out, "{comma}\n  {{\"rule\":{}", text(rule));
            for sink in Sink::ALL {
                let count = counts[sink as usize].load(Ordering::Relaxed);
                let _ = write!(out, ",\"{}\":{count}", sink.name());
            }
            out.push('}');
            comma = ",";
        }
        let callsites = self.callsites();
        let mut known: Vec<_> = callsites.known.iter().collect();
        known.sort_by(|one, other| other.1.cmp(one.1).then_with(|| one.0.cmp(other.0)));
        out.push_str("],\n\"callsites\":[");
        comma = "";
        for (callsite, hits) in known {
            let _ = write!(
                out,
                "{comma}\n  {{\"module\":{},\"name\":{},\"file\":{},\"line\":{},\"field\":{},\
                 \"sink\":\"{}\",\"rule\":{},\"hits\":{hits}}}",
                text(&callsite.module),
                text(&callsite.name),
                text(&callsite.file),
                callsite.line,
                text(&callsite.field),
                callsite.sink,
                text(callsite.rule),
            );
            comma = ",";
        }
        let _ = write!(out, "],\n\"other_callsites\":{}", callsites.rest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(hits: &Hits) -> Vec<(&'static str, Sink, u64)> {
        let mut counts = Vec::new();
        hits.each(&mut |rule, sink, count| counts.push((rule, sink, count)));
        counts
    }

    #[test]
    fn rules_are_there_before_they_hit() {
        let hits = Hits::new(vec!["jwt", "pan", "jwt"]);
        assert_eq!(counts(&hits).len(), 5 * 2);
        hits.count(Sink::Label, "pan", &Origin::default());
        hits.count(Sink::Log, "unforeseen", &Origin::default());
        let counts = counts(&hits);
        assert!(
            counts.contains(&("pan", Sink::Label, 1)) && counts.contains(&(OTHER, Sink::Log, 1))
        );
    }

    #[test]
    fn callsites_are_bounded() {
        let hits = Hits::new(vec!["jwt"]);
        for line in 0..600 {
            for _ in 0..=line % 2 {
                hits.count(Sink::Log, "jwt", &Origin { module: "shop", line, ..Origin::default() });
            }
        }
        let mut json = String::from("{");
        hits.write_json(&|text| format!("{text:?}"), &mut json);
        json.push('}');
        let json: serde_json::Value = serde_json::from_str(&json).unwrap();
        let callsites = json["callsites"].as_array().unwrap();
        assert_eq!((callsites.len(), json["other_callsites"].as_u64()), (CALLSITES, Some(150)));
        assert_eq!(
            (callsites[0]["hits"].as_u64(), callsites[0]["line"].as_u64()),
            (Some(2), Some(1))
        );
        let jwt = json["rules"].as_array().unwrap().iter().find(|rule| rule["rule"] == "jwt");
        assert_eq!(jwt.unwrap()["log"], 900);
    }
}
