//! Rules of the program's own: any expression, over all of a text. Called by `engine`.
//!
//! They have no hints, so a text is searched by their automaton whenever there is one rule. Not ours: those
//! are in `rules/`.

use std::error::Error as _;

use regex_automata::meta;
use regex_automata::util::syntax;

use super::Rule;
use super::mask::{Hit, NAME};
use crate::error::Error;

/// How large the automaton of all of a program's rules may become, in bytes.
const LARGEST: usize = 4 << 20;
/// What its searches keep at most, in bytes a thread.
const CACHE: usize = 1 << 20;

/// A program's rules as one automaton.
#[derive(Debug)]
pub(super) struct Own {
    regex: meta::Regex,
    names: Vec<&'static str>,
    /// Whether only the first group of a rule is masked.
    groups: Vec<bool>,
}

impl Own {
    /// Nothing, if there are no rules.
    pub(super) fn new(rules: &[Rule]) -> Result<Option<Own>, Error> {
        if rules.is_empty() {
            return Ok(None);
        }
        let mut groups = Vec::new();
        for rule in rules {
            named(&rule.name)?;
            let alone = compiled(&[&rule.pattern]).map_err(|error| unread(rule, &error))?;
            if alone.is_match("") {
                return Err(Error::Config(format!(
                    "the scrubber's rule `{}` matches an empty text, so it would match everywhere; let `{}` need one \
                     character",
                    rule.name, rule.pattern
                )));
            }
            groups.push(alone.captures_len() > 1);
        }
        let patterns: Vec<&str> = rules.iter().map(|rule| &*rule.pattern).collect();
        let regex = compiled(&patterns).map_err(|error| {
            Error::Config(format!(
                "the scrubber's own rules are too large together: {}",
                all_of(&error)
            ))
        })?;
        // Names are labels of metrics and live as long as those: as many as a program has rules.
        let names =
            rules.iter().map(|rule| &*Box::leak(rule.name.clone().into_boxed_str())).collect();
        Ok(Some(Own { regex, names, groups }))
    }

    /// The names of the rules.
    pub(super) fn names(&self) -> &[&'static str] {
        &self.names
    }

    /// What they find.
    pub(super) fn hits(&self, text: &str, hits: &mut Vec<Hit>) {
        for found in self.regex.find_iter(text) {
            let number = found.pattern().as_usize();
            let Some(name) = self.names.get(number) else { continue };
            let mut range = found.range();
            if self.groups.get(number) == Some(&true) {
                let mut groups = self.regex.create_captures();
                self.regex
                    .captures(regex_automata::Input::new(text).range(found.range()), &mut groups);
                // A group that took no part leaves the whole match.
                if let Some(group) = groups.get_group(1).filter(|group| !group.is_empty()) {
                    range = group.start..group.end;
                }
            }
            hits.push(Hit { range, name, rank: 0 });
        }
    }
}

/// As text that is no Unicode, whose classes are ASCII; if the pattern wants more, as Unicode.
fn compiled(patterns: &[&str]) -> Result<meta::Regex, Box<meta::BuildError>> {
    let build = |unicode: bool| {
        let syntax = syntax::Config::new().unicode(unicode).utf8(unicode);
        let config = meta::Config::new()
            .nfa_size_limit(Some(LARGEST))
            .hybrid_cache_capacity(CACHE)
            .onepass_size_limit(Some(CACHE));
        meta::Builder::new().configure(config).syntax(syntax).build_many(patterns).map_err(Box::new)
    };
    build(false).or_else(|error| build(true).map_err(|_| error))
}

fn named(name: &str) -> Result<(), Error> {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if (1..=NAME).contains(&name.len()) && name.bytes().all(plain) {
        return Ok(());
    }
    Err(Error::Config(format!(
        "the scrubber's rule `{name}` needs a name of 1 to {NAME} small letters, digits and `-`: it becomes a label and \
         the marker `[redacted:name]`"
    )))
}

fn unread(rule: &Rule, error: &meta::BuildError) -> Error {
    let what = if error.size_limit().is_some() {
        format!("it needs more than {} KiB; bound its repeats", LARGEST >> 10)
    } else {
        all_of(error)
    };
    Error::Config(format!("the scrubber's rule `{}` can't be read: {what}", rule.name))
}

/// An error with its causes: the place is told by the innermost.
fn all_of(error: &meta::BuildError) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::Scrubber;
    use super::*;

    fn error(name: &str, pattern: &str) -> String {
        Scrubber::with(&[Rule::new(name, pattern)], &[]).unwrap_err().to_string()
    }

    #[test]
    fn a_rule_masks_its_match_or_its_group() {
        let rules = [Rule::new("badge", r"\bB-\d{4}\b"), Rule::new("seat", r"seat (\w+)")];
        let scrubber = Scrubber::with(&rules, &[]).unwrap();
        let scrubbed = scrubber.text("B-1234 in seat 7F, B-12345");
        assert_eq!(scrubbed, "[redacted:badge] in seat [redacted:seat], B-12345");
        assert_eq!(scrubber.text(&scrubbed), scrubbed);
    }

    #[test]
    fn a_rule_that_takes_all_leaves_a_marker_that_stays() {
        let scrubber = Scrubber::with(&[Rule::new("all", ".+")], &[]).unwrap();
        assert_eq!(scrubber.text("some text"), "[redacted:all]");
        assert_eq!(scrubber.text("[redacted:all]"), "[redacted:all]");
    }

    #[test]
    fn letters_of_any_script_may_stand_in_a_pattern() {
        let scrubber = Scrubber::with(&[Rule::new("street", "[ÄÖÜ]\\w+straße \\d+")], &[]).unwrap();
        assert_eq!(scrubber.text("in der Öderstraße 7."), "in der [redacted:street].");
    }

    #[test]
    fn what_is_no_rule_is_told_with_its_name_and_place() {
        let text = error("badge", "B-(");
        assert!(text.contains("`badge`") && text.contains("unclosed group"), "{text}");
        assert!(error("badge", "x*").contains("matches an empty text"));
        assert!(error("Badge Number", "x").contains("small letters"));
        assert!(error("badge", r"(\w{1,900}){1,900}").contains("bound its repeats"));
    }
}
