//! Tests that bear a mark, above or below what makes them tests. The test runner calls these, whenever
//! it likes: no table counts them.

use std::error::Error;

use plimsoll::observe;

#[observe]
#[test]
fn marked_above_test() {
    assert_eq!("1".parse(), Ok(1));
}

#[test]
#[observe]
fn marked_below_test() -> Result<(), Box<dyn Error>> {
    let one: u8 = "1".parse()?;
    if one == 1 { Ok(()) } else { Err("not one".into()) }
}

#[test]
#[observe]
#[should_panic(expected = "on purpose")]
fn marked_between() {
    panic!("on purpose");
}

#[observe]
#[test]
#[ignore = "it would fail"]
fn marked_and_ignored() {
    panic!("it runs");
}

#[tokio::test]
#[observe]
async fn marked_below_tokio() {
    tokio::task::yield_now().await;
}

#[observe]
#[tokio::test]
async fn marked_above_tokio() -> Result<(), Box<dyn Error>> {
    tokio::task::yield_now().await;
    let _: u8 = "1".parse()?;
    Ok(())
}
