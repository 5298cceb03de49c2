//! What `#[derive(Label)]` makes of enums.
//!
//! The expected expansion stands in `expanded/`.

use expect_test::expect_file;

use super::derived;
use crate::label::label;

#[test]
fn each_variant_is_a_value() {
    expect_file!["../../expanded/label_enum.rs"].assert_eq(&derived(
        label,
        "enum Tier { Free, BigBusiness, #[label(name = \"vip\")] VeryImportant }",
    ));
}
