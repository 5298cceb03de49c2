//! Pseudonyms as an operator sees them: without a key, with one from a file, with the next one, and
//! computed again by hand.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed expectation is how a test speaks")]

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use plimsoll::redact;
use plimsoll_tests::lines::Lines;
use plimsoll_tests::{tools, wait};

#[redact]
struct Customer {
    #[redact(hash, domain = "customer")]
    email: String,
}

fn pseudonym() -> String {
    let shown = format!("{:?}", Customer { email: "ada@example.org".to_owned() });
    let shown = shown.strip_prefix("Customer { email: ").unwrap();
    shown.strip_suffix(" }").unwrap().to_owned()
}

/// What the documentation of `Builder::hash_key` tells to type.
const RECIPE: &str = "printf 'customer\\0ada@example.org' | \
    openssl dgst -sha256 -mac HMAC -macopt key:\"$KEY\" -binary | \
    head -c 16 | base32 | tr -d = | tr A-Z a-z";

/// What it gives; none where there is no `openssl`.
fn computed(key: &str) -> Option<String> {
    let openssl = tools::find("openssl")?;
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = openssl.parent().map(PathBuf::from).into_iter();
    let path = std::env::join_paths(folders.chain(std::env::split_paths(&path))).unwrap();
    let mut shell = Command::new("sh");
    let shell = shell.args(["-c", RECIPE]).env("KEY", key).env("PATH", path).output().unwrap();
    Some(String::from_utf8(shell.stdout).unwrap().trim().to_owned())
}

#[test]
fn a_key_comes_and_is_replaced_while_the_program_runs() {
    let path = std::env::temp_dir().join(format!("plimsoll-hash-key-{}", std::process::id()));
    let write = |key: &str| std::fs::write(&path, key).unwrap();
    // SAFETY: nothing else runs in this process that looks at the environment.
    unsafe { std::env::set_var("PLIMSOLL_HASH_KEY_FILE", &path) };
    let lines = Lines::default();
    let builder = plimsoll::builder().service("tests").no_traces().no_admin();
    let telemetry = builder.log_filter("info").log_output(lines.clone()).init().unwrap();
    let told = |text: &str| {
        let told = |line: &&serde_json::Value| line.to_string().contains(text);
        lines.all().iter().filter(told).count()
    };

    for _ in 0..100 {
        assert_eq!(pseudonym(), "[redacted]");
    }
    wait::until("the warning", || (told("there is no key for pseudonyms") > 0).then_some(()));

    let key = "0123456789abcdef0123456789abcdef";
    write(&format!("first:{key}\n"));
    wait::until("the first key", || pseudonym().starts_with("h1:first:").then_some(()));
    let first = pseudonym();
    if let Some(computed) = computed(key) {
        assert_eq!(first, format!("h1:first:{computed}"));
    }

    write("too short");
    wait::until("a warning", || (told("is shorter than 16 bytes") > 0).then_some(()));
    assert_eq!(pseudonym(), first, "the key stays what it was");

    let long = "a key may be longer than the sixty-four bytes that the hash takes at a time";
    write(long);
    wait::until("the second key", || (pseudonym() != first).then_some(()));
    if let Some(computed) = computed(long) {
        assert!(pseudonym().ends_with(&computed), "{} {computed}", pseudonym());
    }

    telemetry.set_hash_key(&format!("third:{key}")).unwrap();
    assert_eq!(pseudonym(), first.replace("first", "third"));
    let refused = telemetry.set_hash_key("hunter2").unwrap_err().to_string();
    assert!(refused.contains("shorter than 16") && !refused.contains("hunter2"), "{refused}");
    assert_eq!(pseudonym(), first.replace("first", "third"));

    telemetry.shutdown(Duration::from_secs(5));
    std::fs::remove_file(&path).unwrap();
    assert_eq!(told("there is no key for pseudonyms"), 1);
    assert!(!lines.all().iter().any(|line| line.to_string().contains(key)));
}
