//! What is done with a text, by what the name of its field says. Called by `Scrubber`.

use super::engine::{Engine, failed};
use super::mask::Hit;
use super::names::{self, Form};
use super::{Masked, json, sql, url};

/// What leaves in place of a value whose name is a secret's.
const HIDDEN: &str = "[redacted]";
/// How often a statement is looked at, at most.
const STATEMENTS: usize = 6;

impl Engine {
    /// The form that the name of a field stands for.
    pub(super) fn form(&self, name: &str) -> Form {
        self.names.form(name)
    }

    /// What leaves in place of a text; nothing if it may leave as it is.
    pub(super) fn find(&self, form: Form, text: &str) -> Option<Masked> {
        match form {
            Form::Secret if text.is_empty() || text == HIDDEN => None,
            Form::Secret => Some(Masked { text: HIDDEN.to_owned(), rules: vec!["name"] }),
            Form::Exempt if names::is_machine_made(text) => None,
            Form::Sql => self.statement(text),
            Form::Url => self.text(Form::Url, text),
            Form::Text | Form::Exempt => self.text(Form::Text, text),
        }
    }

    /// Once more when something was taken out: what stands apart then may be a literal or a comment now.
    fn statement(&self, text: &str) -> Option<Masked> {
        let mut masked: Option<Masked> = None;
        for _ in 0..STATEMENTS {
            let current = masked.as_ref().map_or(text, |masked| &masked.text);
            let more = match sql::statement(current) {
                Some(bare) => {
                    let more = self.text(Form::Text, &bare);
                    let mut more = more.unwrap_or(Masked { text: bare, rules: Vec::new() });
                    more.rules.insert(0, "sql");
                    more
                }
                None => match self.text(Form::Text, current) {
                    Some(more) => more,
                    None => return masked,
                },
            };
            let rules = masked.map_or_else(Vec::new, |masked| masked.rules);
            masked = Some(Masked { text: more.text, rules: [rules, more.rules].concat() });
        }
        Some(failed())
    }

    /// What is found by the form, not by a rule.
    pub(super) fn structure(&self, form: Form, text: &str, hits: &mut Vec<Hit>) {
        let mut found = |name, range| hits.push(Hit { range, name, rank: u16::MAX });
        if form == Form::Url {
            let sensitive = |name: &str| self.names.is_sensitive(name);
            let holds = |text: &str| !self.hits(Form::Text, text).is_empty();
            url::find(text, &sensitive, &holds, &mut found);
        }
        if self.names.has_own() {
            json::own(text, &self.names, &mut found);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::OnceLock;

    use proptest::prelude::*;

    use super::super::Scrubber;

    #[test]
    fn the_name_of_a_field_decides_how_its_value_is_read() {
        let scrubber = Scrubber::new();
        for (name, value, expected) in [
            ("password", "x", "[redacted]"),
            ("card", "visa", "[redacted]"),
            ("http.request.header.cookie", "a=b", "[redacted]"),
            (
                "url.full",
                "https://u:p@h/x?sig=abcdef&a=1",
                "https://[redacted:url-credentials]@h/x?sig=[redacted:url-value]&a=1",
            ),
            ("http.target", "/u/alice%40example.com?x=1", "/u/[redacted:email]?x=1"),
            ("http.target", "/u/%61lice%40example.com", "/u/[redacted:email]"),
            (
                "db.query.text",
                "SELECT a FROM t WHERE b = 'x' AND c IN (1, 2)",
                "SELECT a FROM t WHERE b = ? AND c IN (?)",
            ),
            ("trace_id", "4111111111111111", "4111111111111111"),
            ("order_id", "alice@example.com", "[redacted:email]"),
            ("value", "4111111111111111", "[redacted:card]"),
            (
                "message",
                "failed: insert into t (a) values ('alice')",
                "failed: insert into t (a) values ('[redacted:sql]')",
            ),
            ("message", "Cookie: sid=abcdef", "Cookie: sid=[redacted:cookie]"),
            ("password", "", ""),
        ] {
            let once = scrubber.field(name, value);
            assert_eq!(once, expected, "{name}={value}");
            assert_eq!(scrubber.field(name, &once), once, "{name}={value}");
        }
    }

    #[test]
    fn names_of_the_program_hide_values_in_fields_and_in_texts() {
        let scrubber = Scrubber::with(&[], &["badge"]).unwrap();
        assert_eq!(scrubber.field("employee_badge", "A-17"), "[redacted]");
        assert_eq!(scrubber.text("{\"badge\":\"A-17\"}"), "{\"badge\":\"[redacted:name]\"}");
        assert!(Scrubber::with(&[], &[""]).is_err());
    }

    /// Slow to make without optimisation.
    static SCRUBBER: OnceLock<Scrubber> = OnceLock::new();

    proptest! {
        #[test]
        fn what_is_scrubbed_stays_as_it_is(
            text in "(\\PC|[0-9]{1,5}|[A-Z]{1,4}|[-+ ./()@%#&?=:;{}'\"]|iban|sig|pin|tel|cookie|secret|select|from|where|insert into){0,40}",
            name in "message|url.full|db.query.text|order_id|password",
        ) {
            let scrubber = SCRUBBER.get_or_init(Scrubber::new);
            let once = scrubber.field(&name, &text).into_owned();
            let twice = scrubber.field(&name, &once);
            prop_assert_eq!(twice, once.as_str());
        }
    }
}
