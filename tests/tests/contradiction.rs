//! Two marks of one name that promise different things: nobody could say what is counted.

#![allow(clippy::unwrap_used, reason = "a failed expectation is how a test speaks")]

use plimsoll::{Error, observe};

#[observe(name = "pay", slo(success = 99.9))]
fn pays_by_card() {}

#[observe(name = "pay", slo(success = 99.9, latency = "1s"))]
fn pays_by_invoice() {}

#[test]
fn objectives_that_contradict_each_other_are_refused_with_both_places() {
    let refused = plimsoll::builder().no_admin().no_log_lines().init().unwrap_err();
    assert!(matches!(refused, Error::Catalogue(_)), "{refused:?}");
    let told = refused.to_string();
    for part in ["function `pay` of `contradiction`", "contradiction.rs:7:", "contradiction.rs:10:"]
    {
        assert!(told.contains(part), "{part} in {told}");
    }
    pays_by_card();
    pays_by_invoice();
}
