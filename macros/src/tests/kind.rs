//! What `#[derive(ErrorKind)]` makes of types.
//!
//! The expected expansions stand in `expanded/`.

use expect_test::expect_file;

use super::derived;
use crate::kind::error_kind;

#[test]
fn each_variant_is_a_kind() {
    expect_file!["../../expanded/kind_enum.rs"].assert_eq(&derived(
        error_kind,
        "enum OrderError<E> {
             #[kind(expected)] OutOfStock,
             #[kind(retryable, level = warn)] Payment(#[from] E),
             #[kind(transparent)] Stock { source: StockError },
             #[kind(name = \"timeout\")] TimedOut { after: Duration },
         }",
    ));
}

#[test]
fn a_struct_is_one_kind() {
    expect_file!["../../expanded/kind_struct.rs"]
        .assert_eq(&derived(error_kind, "#[kind(retryable, crate = obs)] struct Broken(String);"));
}
