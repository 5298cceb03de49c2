//! How an error comes out of a function: by conversion, by `?`, late, after changes to a `&mut`;
//! how loudly it is told, and what of its text.

use std::error::Error;
use std::fmt;
use std::num::TryFromIntError;

use plimsoll::{ErrorKind, observe};
use plimsoll_tests::live::Live;
use plimsoll_tests::polling::{block_on, pause};

use crate::told::{Part, ends};

#[observe]
fn comes_out_of_a_conversion(seats: u32) -> Result<u8, TryFromIntError> {
    u8::try_from(seats)
}

#[observe]
fn returns_early_by_question_mark(seats: u32) -> Result<u8, TryFromIntError> {
    u8::try_from(seats)?;
    Ok(1)
}

#[observe]
fn returns_early_by_return(seats: u32) -> Result<u8, TryFromIntError> {
    for row in 1..=seats {
        let Ok(_) = u8::try_from(row * 100) else { return u8::try_from(row * 100) };
    }
    Ok(0)
}

#[observe]
async fn fails_at_its_third_poll() -> Result<u8, TryFromIntError> {
    pause().await;
    pause().await;
    u8::try_from(1234)
}

#[observe]
fn changes_its_argument(seats: u32, out: &mut u8) -> Result<(), TryFromIntError> {
    *out += 1;
    *out = u8::try_from(seats)?;
    Ok(())
}

#[observe]
async fn changes_its_argument_later(seats: u32, out: &mut u8) -> Result<(), TryFromIntError> {
    *out += 1;
    pause().await;
    *out = u8::try_from(seats)?;
    Ok(())
}

#[observe]
fn gives_some_iterator(seats: u32) -> Result<impl Iterator<Item = u32>, String> {
    if seats > 100 { Err(format!("no {seats} seats")) } else { Ok(0..seats) }
}

#[observe]
fn says_nothing_about_its_error() -> Result<(), ()> {
    Err(())
}

/// Neither `Display` nor `Debug`, nor any other trait.
struct Mute;

#[observe]
fn error_without_any_trait() -> Result<(), Mute> {
    Err(Mute)
}

#[derive(Debug, ErrorKind)]
enum PaymentError {
    #[kind(expected, message = "the card was declined")]
    Declined,
    #[kind(retryable, level = warn, message = "the provider is busy")]
    Busy,
    #[kind(level = debug)]
    Cancelled,
    #[kind(expected, level = error)]
    Fraud,
    #[kind(message = "the provider could not be reached: {0}")]
    Unreachable(std::io::Error),
}

impl fmt::Display for PaymentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            PaymentError::Declined => "the card was declined",
            PaymentError::Busy => "the provider is busy",
            PaymentError::Cancelled => "the customer went away",
            PaymentError::Fraud => "the card is stolen",
            PaymentError::Unreachable(_) => "the provider could not be reached",
        })
    }
}

impl Error for PaymentError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            PaymentError::Unreachable(source) => Some(source),
            _ => None,
        }
    }
}

/// As loud as the kind of its error is; the level of the span has no part in it.
#[observe(level = "trace")]
fn charge(error: PaymentError) -> Result<(), PaymentError> {
    Err(error)
}

pub(crate) fn run(_: &Live) {
    assert!(comes_out_of_a_conversion(1234).is_err());
    assert!(returns_early_by_question_mark(1234).is_err());
    assert!(returns_early_by_return(3).is_err() && returns_early_by_return(2).is_ok());
    assert!(block_on(fails_at_its_third_poll()).is_err());
    let mut seats = 0;
    assert!(changes_its_argument(12, &mut seats).is_ok() && seats == 12);
    assert!(changes_its_argument(1234, &mut seats).is_err() && seats == 13);
    assert!(block_on(changes_its_argument_later(12, &mut seats)).is_ok() && seats == 12);
    assert!(block_on(changes_its_argument_later(1234, &mut seats)).is_err() && seats == 13);
    assert_eq!(gives_some_iterator(3).map(Iterator::sum), Ok(3_u32));
    assert_eq!(gives_some_iterator(300).err().as_deref(), Some("no 300 seats"));
    assert!(says_nothing_about_its_error().is_err());
    assert!(error_without_any_trait().is_err());
    let refused = std::io::ErrorKind::ConnectionRefused.into();
    let all = [
        PaymentError::Declined,
        PaymentError::Busy,
        PaymentError::Cancelled,
        PaymentError::Fraud,
        PaymentError::Unreachable(refused),
    ];
    for error in all {
        assert!(charge(error).is_err());
    }
}

pub(crate) fn look(told: &Part<'_>) {
    const TOLD: &[&str] =
        &["ERROR failed: TryFromIntError: out of range integral type conversion attempted"];
    for (name, ends) in [
        ("comes_out_of_a_conversion", ends(0, 1, 0, 0)),
        ("returns_early_by_question_mark", ends(0, 1, 0, 0)),
        ("returns_early_by_return", ends(1, 1, 0, 0)),
        ("fails_at_its_third_poll", ends(0, 1, 0, 0)),
        ("changes_its_argument", ends(1, 1, 0, 0)),
        ("changes_its_argument_later", ends(1, 1, 0, 0)),
    ] {
        told.of(name, ends).error("TryFromIntError", 1).logged(TOLD);
    }
    // A text has not decided whether it may be shown.
    told.of("gives_some_iterator", ends(1, 1, 0, 0))
        .error("String", 1)
        .logged(&["ERROR failed: String"]);
    told.of("says_nothing_about_its_error", ends(0, 1, 0, 0))
        .error("()", 1)
        .logged(&["ERROR failed: ()"]);
    told.of("error_without_any_trait", ends(0, 1, 0, 0))
        .error("Mute", 1)
        .logged(&["ERROR failed: Mute"]);
    levels(told);
}

fn levels(told: &Part<'_>) {
    let charge = told.of("charge", ends(0, 5, 0, 0));
    let kinds = ["Declined", "Busy", "Cancelled", "Fraud", "Unreachable"];
    let charge = kinds.into_iter().fold(charge, |charge, kind| charge.error(kind, 1));
    // The line of a cancelled one is below the filter.
    charge.logged(&[
        "INFO failed: Declined: the card was declined",
        "WARN failed: Busy: the provider is busy",
        // Its `Display` is written by hand, and has not decided either.
        "ERROR failed: Fraud",
        "ERROR failed: Unreachable: the provider could not be reached: connection refused",
    ]);
}
