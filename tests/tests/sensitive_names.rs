//! The macros and the scrubber call the same names sensitive.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed expectation is how a test speaks")]

const MACROS: &str = include_str!("../../macros/src/observe/sensitive.rs");
const SCRUBBER: &str = include_str!("../../runtime/src/scrub/names.rs");

/// The words of a table, as they stand in a source.
fn words<'s>(source: &'s str, table: &str) -> Vec<&'s str> {
    let begin = format!("const {table}: ");
    let (_, rest) = source.split_once(&begin).unwrap_or_else(|| panic!("no {table}"));
    let (_, rest) = rest.split_once("= [").unwrap_or_else(|| panic!("{table} holds nothing"));
    let (inside, _) = rest.split_once("];").unwrap_or_else(|| panic!("{table} does not end"));
    inside.split('"').skip(1).step_by(2).collect()
}

#[test]
fn both_lists_hold_the_same_words() {
    for table in ["WORDS", "PAIRS", "PERSONAL", "PERSONAL_PAIRS", "ABOUT", "LEADS"] {
        let known = words(MACROS, table);
        assert!(known.len() > 5, "{table}: {known:?}");
        assert_eq!(known, words(SCRUBBER, table), "{table}");
    }
}
