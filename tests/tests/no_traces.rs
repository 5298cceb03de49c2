//! Without traces a program has its metrics and its log lines, and an error is told once as well.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failed expectation is how a test speaks")]

use plimsoll::observe;
use plimsoll_tests::lines::Lines;

#[observe]
fn inner() -> Result<(), u8> {
    Err(1)
}

#[observe]
fn middle() -> Result<(), u8> {
    inner()?;
    Ok(())
}

#[observe]
fn outer() -> Result<(), u8> {
    middle()
}

#[observe]
fn recovers() -> Result<(), u8> {
    outer().or(Ok(()))
}

#[test]
fn an_error_is_told_where_it_came_out() {
    let lines = Lines::default();
    let telemetry = plimsoll::builder()
        .service("tests")
        .no_traces()
        .no_admin()
        .log_filter("info")
        .log_output(lines.clone())
        .init()
        .unwrap();
    assert!(recovers().is_ok());
    assert!(outer().is_err());
    assert!(inner().is_err());
    drop(telemetry);
    let all = lines.all();
    let told: Vec<_> = all.iter().filter_map(|line| line["fields"]["function"].as_str()).collect();
    assert_eq!(told, ["inner"; 3], "{all:#?}");
}
