//! What the compiler says to somebody who misuses a mark, and what it accepts without a word.
//!
//! Each file in `ui/` holds one mistake, is named for it, and uses the marked item, so that an
//! error which follows from another one would show. `TRYBUILD=overwrite cargo test -p
//! plimsoll-tests --test ui` writes the `.stderr` files anew: read them as prose before they stay.

use std::process::Command;

/// The compiler whose wording the `.stderr` files hold.
const COMPILER: &str = "rustc 1.95.";

#[test]
fn mistakes_are_explained() {
    let version = Command::new("rustc").arg("--version").output().expect("rustc runs");
    let version = String::from_utf8_lossy(&version.stdout).into_owned();
    if !version.starts_with(COMPILER) {
        eprintln!("SKIPPED: the wording is that of {COMPILER}x, and this is {version}");
        return;
    }
    let cases = trybuild::TestCases::new();
    for mark in ["observe", "metric", "redact", "kind", "label", "event"] {
        cases.compile_fail(format!("ui/{mark}/*.rs"));
    }
}

#[test]
fn unusual_code_is_accepted() {
    trybuild::TestCases::new().pass("ui/pass/*.rs");
}
