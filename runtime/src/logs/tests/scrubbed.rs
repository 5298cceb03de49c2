//! What of a secret comes to a line: nothing, wherever it stands in an event.

use std::fmt;

use serde_json::Value as Json;

use super::{line_of, lines_of, text_of};
use crate::model::Value;
use crate::model::text::{MARK, TEXT_LIMIT};
use crate::scrub::gate::stand_in::{CARD, PANICS};
use crate::scrub::gate::{hits, install_for_tests};

const MARKED: &str = "[redacted:hush]";

#[derive(Debug)]
struct Refused(Option<Box<Refused>>);

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "refused" } else { "the key is quiet-key" })
    }
}

impl std::error::Error for Refused {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.as_deref().map(|error| error as _)
    }
}

/// Writes itself letter by letter.
struct Letters<'a>(&'a str);

impl fmt::Display for Letters<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|letter| write!(f, "{letter}"))
    }
}

#[test]
fn a_secret_is_masked_wherever_it_stands() {
    install_for_tests();
    // A text that was masked is no text that may leave: the second line is like the first.
    for _ in 0..2 {
        let line = line_of(|| {
            let error = Refused(Some(Box::new(Refused(None))));
            tracing::info!(
                text = "a quiet-abc b",
                debug = ?Some("quiet-abc\n"),
                display = %Letters("\"quiet-abc\""),
                error = &error as &dyn std::error::Error,
                clean = "a \"b\"",
                "says {}",
                Letters("quiet-abc\t!")
            );
        });
        assert_eq!(line["message"], format!("says {MARKED}\t!"));
        let fields = &line["fields"];
        assert_eq!(fields["text"], format!("a {MARKED} b"));
        assert_eq!(fields["debug"], format!("Some(\"{MARKED}\\n\")"));
        assert_eq!(fields["display"], format!("\"{MARKED}\""));
        assert_eq!(fields["error"], format!("refused: the key is {MARKED}"));
        assert_eq!(fields["clean"], "a \"b\"");
    }
}

#[test]
fn the_name_of_a_secret_hides_every_kind_of_value() {
    install_for_tests();
    let lines = lines_of("", || {
        tracing::info!(hushed = "a", shown = 1, "text");
        tracing::info!(hushed = ?Some(1), shown = 1, "debug");
        tracing::info!(hushed = -1, shown = 1, "signed");
        tracing::info!(hushed = 1_u64, shown = 1, "unsigned");
        tracing::info!(hushed = CARD, shown = 1, "long");
        tracing::info!(hushed = 0.5, shown = 1, "float");
        tracing::info!(hushed = true, shown = 1, "bool");
        tracing::info!(shown = 1, hushed = true, hushed = 7, "twice");
    });
    assert_eq!(lines.len(), 8);
    for line in lines {
        assert_eq!(line["fields"]["hushed"], "[redacted]", "{line}");
        assert_eq!(line["fields"]["shown"], 1, "{line}");
    }
}

#[test]
fn the_number_of_a_card_is_masked_and_a_time_is_not() {
    install_for_tests();
    let line = line_of(|| {
        tracing::info!(
            paid_by = CARD,
            again = CARD as i64,
            less = -(CARD as i64),
            millis = 1_763_769_600_000_u64,
            ""
        );
    });
    let fields = &line["fields"];
    for key in ["paid_by", "again", "less"] {
        assert_eq!(fields[key], MARKED, "{key}");
    }
    assert_eq!(fields["millis"], 1_763_769_600_000_u64);
}

#[test]
fn a_secret_across_the_cut_is_masked_before_it() {
    install_for_tests();
    for at in TEXT_LIMIT - 20..TEXT_LIMIT + 5 {
        let long = format!("{}\nquiet-secret more", "a".repeat(at));
        let line = line_of(|| {
            tracing::info!(text = long.as_str(), debug = ?long, display = %Letters(&long), "{long}");
        });
        let fields = &line["fields"];
        for text in [&line["message"], &fields["text"], &fields["debug"], &fields["display"]] {
            let text = text.as_str().unwrap();
            assert!(!text.contains("quiet-") && !text.contains("secret"), "{at}: {text}");
            assert!(!text.ends_with("qui…") && !text.ends_with("q…"), "{at}: {text}");
            assert!(text.len() <= TEXT_LIMIT + MARK.len() && text.ends_with(MARK), "{at}: {text}");
        }
    }
}

#[test]
fn of_a_huge_text_only_what_was_looked_at_is_shown() {
    install_for_tests();
    // The mark is shorter than what it stands for: the end of what is looked at would be seen.
    for length in [16 * 1024 - 30, 16 * 1024 - 10, 16 * 1024, 20_000, 100_000] {
        let long = format!("quiet-{} quiet-secret", "a".repeat(length));
        let line = line_of(|| tracing::info!(text = long.as_str(), "{}", Letters(&long)));
        for text in [&line["message"], &line["fields"]["text"]] {
            let text = text.as_str().unwrap();
            assert!(!text.contains("qui") && !text.contains("secret"), "{length}: {text}");
        }
    }
}

#[test]
fn a_scrubber_that_panics_costs_the_text_and_nothing_else() {
    install_for_tests();
    let errors = || -> u64 {
        let found = hits().unwrap().by_rule();
        found.iter().filter(|(rule, ..)| *rule == "error").map(|(.., count)| count).sum()
    };
    let before = errors();
    let lines = lines_of("", || {
        tracing::info!(text = PANICS, shown = 1, "a {PANICS} b");
        tracing::info!("next");
    });
    let [line, next] = &lines[..] else { panic!("{lines:?}") };
    assert_eq!(line["message"], "[redacted:error]");
    assert_eq!(line["fields"]["text"], "[redacted:error]");
    assert_eq!((&line["fields"]["shown"], &next["message"]), (&1.into(), &"next".into()));
    assert!(errors() >= before + 2);
}

#[test]
fn what_plimsoll_says_itself_is_looked_at_too() {
    install_for_tests();
    let line = text_of(|entry| {
        entry.set_message(&"no answer from quiet-host");
        entry.set("url", Value::Str("quiet-host"));
        entry.set_text("error.message", &Refused(None));
        entry.set("number", Value::U64(CARD));
    });
    let line: Json = serde_json::from_str(&line).unwrap();
    assert_eq!(line["message"], format!("no answer from {MARKED}"));
    assert_eq!(line["fields"]["url"], MARKED);
    assert_eq!(line["fields"]["error.message"], format!("the key is {MARKED}"));
    assert_eq!(line["fields"]["number"], MARKED);
}

#[test]
fn hits_are_counted_where_they_come_from() {
    install_for_tests();
    let line = line!() + 1;
    let log = || tracing::info!(target: "shop::counted", note = "quiet-a quiet-b", "counted");
    lines_of("", log);
    let mut json = String::from("{");
    hits().unwrap().write_json(&|text| format!("{text:?}"), &mut json);
    json.push('}');
    let json: Json = serde_json::from_str(&json).unwrap();
    let callsites = json["callsites"].as_array().unwrap();
    let here = callsites.iter().find(|callsite| callsite["module"] == "shop::counted").unwrap();
    assert_eq!((&here["line"], &here["field"]), (&line.into(), &"note".into()));
    assert_eq!((&here["rule"], &here["sink"]), (&"hush".into(), &"log".into()));
    assert_eq!(here["hits"], 8, "two a line, and each line four times");
    assert!(here["file"].as_str().unwrap().ends_with("scrubbed.rs"), "{here}");
}
