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

#[test]
fn a_message_shows_its_literals_and_what_types_let_out() {
    expect_file!["../../expanded/kind_messages.rs"].assert_eq(&derived(
        error_kind,
        "enum OrderError {
             #[error(\"out of {0} ({} {b} {c})\", .0 .id, b = .1, c = now())] Stock(Item, u8, u8),
             #[error(\"payment failed\")] Payment { #[source] cause: PaymentError },
             #[error(\"{email:?} is taken by {id:>5}, {pin}\")] Taken { email: String, id: u64, pin: u64 },
             #[error(transparent)] Other(#[from] anyhow::Error),
             #[error(\"{0}\")] #[kind(message = \"storage: {{{0}}}\")] Storage(io::Error),
             #[error(transparent)] #[kind(transparent)] Cart(CartError),
             #[error(\"no {0}\")] #[kind(allow(reason = \"names of our own tables\"))] Table(String),
             #[error(fmt = by_hand)] ByHand(u8),
         }",
    ));
}
