//! What the scrubber found, counted: by rule and sink for the page, by callsite for those who mend it.
//!
//! Holds nothing of the texts. Of callsites 500 are told apart, and all others count as one. Fed by `gate`; read by the metrics page and the admin server.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tracing_core::Metadata;

use crate::model::text::cut;
use crate::redact::Sink;

/// The name of a field was a secret's.
pub(crate) const NAME: &str = "name";
/// The scrubber panicked, or the text would have taken too long: all of it was hidden.
pub(crate) const ERROR: &str = "error";
/// A text was longer than what is looked at: the rest was dropped.
pub(crate) const LONG: &str = "long";
/// Those that are on the page before they hit.
const ALWAYS: [&str; 3] = [ERROR, LONG, NAME];

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

/// All counts. Taken by one at a time: a hit is rare, and costs a text anyway.
#[derive(Debug)]
pub(crate) struct Hits(Mutex<Counts>);

#[derive(Debug)]
struct Counts {
    rules: Vec<(&'static str, [u64; Sink::ALL.len()])>,
    callsites: HashMap<Callsite, u64>,
    /// Hits of all callsites that found no room.
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
        rules.retain(|rule| !ALWAYS.contains(rule));
        rules.sort_unstable();
        rules.dedup();
        let rules = ALWAYS.into_iter().chain(rules).map(|rule| (rule, [0; Sink::ALL.len()]));
        let (callsites, rest) = (HashMap::new(), 0);
        Hits(Mutex::new(Counts { rules: rules.collect(), callsites, rest }))
    }

    /// Counts one hit.
    #[cold]
    pub(crate) fn count(&self, sink: Sink, rule: &'static str, origin: &Origin<'_>) {
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
        let mut counts = self.lock();
        match counts.rules.iter_mut().find(|(known, _)| *known == rule) {
            Some((_, sinks)) => sinks[sink as usize] += 1,
            None => {
                // One that has no expression: the structure of a URL or a statement.
                let mut sinks = [0; Sink::ALL.len()];
                sinks[sink as usize] = 1;
                counts.rules.push((rule, sinks));
            }
        }
        let has_room = counts.callsites.len() < CALLSITES;
        match counts.callsites.get_mut(&callsite) {
            Some(hits) => *hits += 1,
            None if has_room => {
                counts.callsites.insert(callsite, 1);
            }
            None => counts.rest += 1,
        }
    }

    fn lock(&self) -> MutexGuard<'_, Counts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The counts by rule and sink. Most rules never find anything, so theirs come up with the first
    /// hit.
    pub(crate) fn by_rule(&self) -> Vec<(&'static str, Sink, u64)> {
        let mut all = Vec::new();
        for (rule, counts) in &self.lock().rules {
            for sink in Sink::ALL {
                let count = counts[sink as usize];
                let is_usual = matches!(sink, Sink::Span | Sink::Log) && ALWAYS.contains(rule);
                if is_usual || count > 0 {
                    all.push((*rule, sink, count));
                }
            }
        }
        all
    }

    /// Appends rules and callsites as members of a JSON object, those with most hits first.
    pub(crate) fn write_json(&self, text: &dyn Fn(&str) -> String, out: &mut String) {
        out.push_str("\"rules\":[");
        let mut comma = "";
        let counts = self.lock();
        for (rule, counts) in &counts.rules {
            let _ = write!(out, "{comma}\n  {{\"rule\":{}", text(rule));
            for sink in Sink::ALL {
                let count = counts[sink as usize];
                let _ = write!(out, ",\"{}\":{count}", sink.name());
            }
            out.push('}');
            comma = ",";
        }
        let mut known: Vec<_> = counts.callsites.iter().collect();
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
        let _ = write!(out, "],\n\"other_callsites\":{}", counts.rest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_comes_up_with_its_first_hit() {
        let hits = Hits::new(vec!["jwt", "pan", "jwt", "name"]);
        assert_eq!(hits.by_rule().len(), 3 * 2);
        hits.count(Sink::Label, "pan", &Origin::default());
        hits.count(Sink::Log, "sql", &Origin::default());
        hits.count(Sink::Log, "sql", &Origin::default());
        let found: Vec<_> = hits.by_rule().into_iter().filter(|(.., count)| *count > 0).collect();
        assert_eq!(found, [("pan", Sink::Label, 1), ("sql", Sink::Log, 2)]);
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
