//! What a panic leaves on the two ways out of a process: the log line, and standard error.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed expectation is how a test speaks")]

use std::panic::{catch_unwind, panic_any};
use std::process::Command;
use std::thread;
use std::time::Duration;

use plimsoll_tests::sink;
use serde_json::Value;

const SECRET: &str = "canary-4242";

/// Says which part the process plays: that of the test, or of the program that panics.
const ROLE: &str = "PLIMSOLL_TESTS_PANICS";

#[test]
fn a_panic_leaves_what_the_source_says_and_nothing_else() {
    match std::env::var(ROLE) {
        Ok(role) => program(&role),
        Err(_) => look(),
    }
}

fn failed() -> Result<u8, String> {
    Err(SECRET.to_owned())
}

fn program(role: &str) {
    let builder = plimsoll::builder().service("tests").otlp(sink::start()).no_admin();
    let builder = if role == "replace" { builder.replace_panic_hook() } else { builder };
    let telemetry = builder.init().unwrap();
    let panics: [fn(); 7] = [
        || panic!("no luck"),
        || panic!("two\nlines"),
        || panic!("no luck with {}", SECRET.to_owned()),
        || assert_eq!(failed().unwrap(), 8),
        || panic_any(SECRET.to_owned()),
        || panic_any(4242_u64),
        || panic!("no luck with password=Xq7canary9Lw"),
    ];
    for panics in panics {
        let worker = thread::Builder::new().name("worker".to_owned());
        assert!(worker.spawn(move || catch_unwind(panics).is_err()).unwrap().join().unwrap());
    }
    telemetry.shutdown(Duration::from_secs(20));
}

/// Runs the program: the messages of its log lines, and standard error.
fn run(role: &str, messages: bool) -> (Vec<String>, String) {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "a_panic_leaves_what_the_source_says_and_nothing_else", "--nocapture"])
        .env(ROLE, role)
        .env("PLIMSOLL_PANIC_MESSAGES", messages.to_string())
        .env("RUST_BACKTRACE", "0")
        .output()
        .unwrap();
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{errors}");
    let lines = String::from_utf8(output.stdout).unwrap();
    let told = lines.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let told = told.filter(|line| line["target"] == "plimsoll::panic").map(|line| {
        let fields = &line["fields"];
        assert_eq!(fields["thread"], "worker");
        assert!(fields["location"].as_str().unwrap().contains("panics.rs"), "{line}");
        fields["panic"].as_str().unwrap().to_owned()
    });
    (told.collect(), errors)
}

fn look() {
    let unwrapped = "called `Result::unwrap()` on an `Err` value: [redacted]";
    // A literal is looked at as well.
    let masked = "no luck with password=[redacted:password]";
    let hidden = "[redacted]";
    let safe = ["no luck", "two\nlines", hidden, unwrapped, hidden, hidden, masked];

    let (told, errors) = run("keep", false);
    assert_eq!(told, safe);
    assert!(errors.contains(SECRET), "std's own hook is still there: {errors}");

    let (told, errors) = run("replace", false);
    assert_eq!(told, safe);
    let errors: Vec<_> = errors.lines().filter(|line| line.starts_with("thread '")).collect();
    assert_eq!(errors.len(), safe.len(), "{errors:?}");
    for (line, safe) in errors.iter().zip(safe) {
        assert!(line.starts_with("thread 'worker' panicked at tests/tests/panics.rs:"), "{line}");
        assert!(line.ends_with(&safe.replace('\n', " ")), "{line}");
    }

    let (told, _) = run("replace", true);
    let formatted = format!("no luck with {SECRET}");
    let unwrapped = format!("called `Result::unwrap()` on an `Err` value: \"{SECRET}\"");
    let all = ["no luck", "two\nlines", &formatted, &unwrapped, SECRET, hidden, masked];
    assert_eq!(told, all);
}
