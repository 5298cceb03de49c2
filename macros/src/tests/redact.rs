//! What `#[redact]` makes of types.
//!
//! The expected expansions stand in `expanded/`.

use expect_test::expect_file;

use super::expanded;
use crate::redact::redact;

macro_rules! redacted {
    ($file:literal, $item:literal) => {
        expect_file![concat!("../../expanded/", $file, ".rs")]
            .assert_eq(&expanded(redact, "", $item))
    };
}

#[test]
fn a_struct_shows_what_its_fields_say() {
    redacted!(
        "redact_struct",
        "#[derive(Clone)]
         pub struct Customer<T> {
             /// Who.
             pub id: CustomerId,
             #[redact(hash, domain = \"customer\")] email: String,
             #[redact(last(4))] card: T,
             #[cfg(feature = \"notes\")] #[redact] note: String,
             extra: Option<T>,
             kind: PhantomData<T>,
         }"
    );
}

#[test]
fn a_newtype_is_shown_as_its_value() {
    redacted!("redact_newtype", "struct Email(#[redact(email)] String);");
}

#[test]
fn an_enum_shows_its_variants() {
    redacted!(
        "redact_enum",
        "enum Payment { Cash, Card(#[redact(last(4))] String, u8), Transfer { #[plimsoll::redact] iban: String } }"
    );
}

#[test]
fn each_decision_is_one_call() {
    redacted!(
        "redact_decisions",
        "pub struct Patient<'a, T: Each> {
             #[redact(erase)] a: String,
             #[redact(mask)] b: String,
             #[redact(skip)] c: String,
             #[redact(with = masked)] d: String,
             #[redact(each = email)] e: T,
             #[redact(keys = shown, values = full)] f: HashMap<u8, T::Id>,
             #[redact(class = internal)] g: Id,
             #[redact(class = crate::PHI, allow(reason = \"asked for by them\"))] h: &'a str,
             #[redact(class = crate::PHI, year)] born: String,
         }"
    );
}

#[test]
fn a_template_shows_its_parts() {
    let (item, diagnostics) = redact(
        super::tokens("display = \"order {id} of {{{email}}}\", class = pii"),
        super::tokens(
            "struct Order { id: u64, #[redact(email)] email: String, #[redact] note: String }",
        ),
    );
    assert!(diagnostics.is_empty());
    expect_file!["../../expanded/redact_display.rs"].assert_eq(&super::pretty(item));
}
