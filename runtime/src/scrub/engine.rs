//! One pass over a text for all rules at once. Called by `Scrubber`.
//!
//! The prefilter looks at each byte once and wakes a rule only where one of its hints stands; the rule is
//! then tried at that place alone. Whatever can't be decided is masked.

use std::fmt;
use std::ops::Range;

use super::detector::{BACK, Detector, Find, Found, Hint, Key};
use super::mask::{self, Hit};
use super::names::{Form, Names};
use super::own::Own;
use super::prefilter::Prefilter;
use super::{Masked, Rule, effort, plain, rules, template};
use crate::error::Error;

/// Longer texts end in `[redacted:long]`, in bytes.
const LONGEST: usize = 64 * 1024;
/// A text is scrubbed again until nothing more is found, at most so often.
const ROUNDS: usize = 8;
/// What it costs to try a rule at one place, in bytes gone over: where a few letters stand, and where one
/// sign does, behind which most rules look no further.
const WAKE: usize = 64;
const SIGN: usize = 16;

/// All rules, and what finds them.
pub(super) struct Engine {
    rules: Vec<Detector>,
    prefilter: Prefilter,
    /// Names that say what their value is.
    pub(super) names: Names,
    /// The program's own rules.
    own: Option<Own>,
    /// What may stand in a marker, sorted.
    markers: Vec<&'static str>,
}

impl Engine {
    pub(super) fn standard() -> Engine {
        let rules = rules::ALL.iter().copied().flatten().copied().collect();
        Engine::of(rules, None, Names::default())
    }

    pub(super) fn with(own: &[Rule], names: &[&str]) -> Result<Engine, Error> {
        let rules = rules::ALL.iter().copied().flatten().copied();
        let rules = rules.chain(own_names(names).map(rules::named)).collect();
        let Some(names) = Names::with(names) else {
            return Err(Error::Config("a sensitive name has no letter or digit".to_owned()));
        };
        Ok(Engine::of(rules, Own::new(own)?, names))
    }

    fn of(rules: Vec<Detector>, own: Option<Own>, names: Names) -> Engine {
        let hints = rules
            .iter()
            .zip(0..)
            .flat_map(|(rule, number)| rule.hints.iter().map(move |hint| (*hint, number)));
        let prefilter = Prefilter::new(hints);
        let mut engine = Engine { prefilter, rules, names, own, markers: Vec::new() };
        engine.markers = engine.rules();
        engine.markers.extend(["error", "long", "name", "sql"]);
        engine.markers.sort_unstable();
        engine
    }

    /// The names of all rules.
    pub(super) fn rules(&self) -> Vec<&'static str> {
        let ours = self.rules.iter().map(|rule| rule.name).chain(rules::MORE.iter().copied());
        ours.chain(self.own.iter().flat_map(Own::names).copied()).collect()
    }

    /// Masks what the rules find, until they find nothing more: a scrubbed text stays as it is.
    pub(super) fn text(&self, form: Form, text: &str) -> Option<Masked> {
        if self.own.is_none() && text.len() <= LONGEST && plain::plain(text) {
            return None;
        }
        effort::begin(text.len());
        let mut masked: Option<Masked> = None;
        for _ in 0..ROUNDS {
            let current = masked.as_ref().map_or(text, |masked| &masked.text);
            let more = if current.len() > LONGEST {
                Some(cut(current))
            } else {
                mask::mask(current, self.hits(form, current), &self.markers)
            };
            if effort::is_spent() {
                break;
            }
            let Some(more) = more else { return masked };
            let mut rules = masked.map_or_else(Vec::new, |masked| masked.rules);
            rules.extend(more.rules);
            masked = Some(Masked { text: more.text, rules });
        }
        Some(failed())
    }

    /// What all rules find in one look at a text.
    pub(super) fn hits(&self, form: Form, text: &str) -> Vec<Hit> {
        let mut hits = Vec::new();
        if let Some(own) = &self.own {
            own.hits(text, &mut hits);
        }
        self.prefilter.each(text.as_bytes(), |number, at| {
            // Within what the same rule has just found there is nothing more for it.
            let within = |hit: &Hit| hit.rank == number + 1 && at < hit.range.end;
            if hits.last().is_some_and(within) {
                return;
            }
            let Some(rule) = self.rules.get(usize::from(number)) else { return };
            let sign = rule.hints.iter().any(|hint| matches!(hint, Hint::Byte(_)));
            effort::spend(if sign { SIGN } else { WAKE });
            if effort::is_spent() {
                return;
            }
            match &rule.find {
                Find::Many(code) => code(text, at, &mut |name, range| {
                    hits.push(Hit { range, name, rank: number + 1 });
                }),
                _ => hits.extend(confirm(rule, text, number, at)),
            }
        });
        self.structure(form, text, &mut hits);
        hits
    }
}

/// What a rule finds at one place.
fn confirm(rule: &Detector, text: &str, number: u16, at: usize) -> Option<Hit> {
    let range = match &rule.find {
        Find::Code(code) => code(text, at)?,
        Find::Named(name) => rules::value_of(name, text, at)?,
        Find::Key(key) => keyed(key, text, at)?,
        Find::Many(_) => return None,
    };
    Some(Hit { range, name: rule.name, rank: number + 1 })
}

/// The key that a format matches around a place.
fn keyed(key: &Key, text: &str, at: usize) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let start = begin(bytes, at, key.back)?;
    if !fresh(bytes.get(..start)?) {
        return None;
    }
    let end = template::end(key.template, bytes, start)?;
    effort::spend(2 * (end - start));
    if bytes.get(end).is_some_and(|byte| byte.is_ascii_alphanumeric()) {
        return None;
    }
    let found = Found { text, range: start..end };
    (key.check)(&found).then_some(found.range)
}

/// Whether a word may begin after this: not within another, but after a `\n` that is written out.
fn fresh(before: &[u8]) -> bool {
    match before {
        [.., b'\\', b'n' | b'r' | b't'] => true,
        [.., byte] => !byte.is_ascii_alphanumeric() && *byte != b'_',
        [] => true,
    }
}

/// Where bytes of a kind begin that end at a place.
fn begin(bytes: &[u8], at: usize, back: fn(u8) -> bool) -> Option<usize> {
    let before = bytes.get(..at)?.iter().rev();
    Some(at - before.take(BACK).take_while(|byte| back(**byte)).count())
}

/// Keeps what fits, up to the last place where no word goes on: half a key would not be known as one.
fn cut(text: &str) -> Masked {
    let room = LONGEST - "[redacted:long]".len();
    let head = text.get(..mask::floor(text, room)).unwrap_or_default();
    let end = head.rfind(|c: char| c.is_ascii_whitespace() || c == ',' || c == '"');
    let mut head = String::from(head.get(..end.map_or(0, |end| end + 1)).unwrap_or_default());
    mask::push_marker(&mut head, "long");
    Masked { text: head, rules: vec!["long"] }
}

/// Names as the prefilter wants them: in small letters, for as long as the program runs. Others are known as names
/// of fields and in JSON alone.
fn own_names(names: &[&str]) -> impl Iterator<Item = &'static str> {
    let names: Vec<_> = names
        .iter()
        .map(|name| name.trim())
        .filter(|name| name.len() >= 3 && name.is_ascii())
        .map(|name| &*Box::leak(name.to_ascii_lowercase().into_boxed_str()))
        .collect();
    names.into_iter()
}

/// What leaves in place of a text that could not be looked at.
pub(super) fn failed() -> Masked {
    Masked { text: String::from("[redacted:error]"), rules: vec!["error"] }
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine").field("rules", &self.rules.len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scrub(text: &str) -> String {
        let engine = Engine::with(&[], &[]).unwrap();
        let once =
            engine.find(Form::Text, text).map_or_else(|| text.to_owned(), |masked| masked.text);
        assert_eq!(engine.find(Form::Text, &once), None, "{once:?} is left as it is");
        once
    }

    #[test]
    fn a_key_is_masked_and_nothing_else() {
        assert_eq!(scrub("a\nkey AKIAQ2W3E4R5T6Y7U2I3.\0"), "a\nkey [redacted:aws-key].\0");
        assert_eq!(scrub("key xAKIAQ2W3E4R5T6Y7U2I3"), "key xAKIAQ2W3E4R5T6Y7U2I3");
    }

    #[test]
    fn the_end_of_a_long_text_is_left_out_at_a_blank() {
        let mut text = "word ".repeat(LONGEST / 5);
        text.push_str("AKIAQ2W3E4R5T6Y7U2I3");
        let scrubbed = scrub(&text);
        assert!(scrubbed.len() <= LONGEST && scrubbed.ends_with("word [redacted:long]"));
        assert_eq!(scrub(&"x".repeat(LONGEST + 1)), "[redacted:long]");
    }

    #[test]
    fn markers_may_make_a_text_too_long() {
        let scrubbed = scrub(&"AKIAQ2W3E4R5T6Y7U2I3 ".repeat(LONGEST / 21));
        assert!(!scrubbed.contains("AKIA") && scrubbed.len() <= LONGEST);
    }
}
