//! What the marks write fires no lint in the crate that bears them, not even the strict ones.
//!
//! `cargo clippy` does the testing: this file denies everything that it may be asked to deny. What
//! rustc alone denies, with `forbid(unsafe_code)`, is in `ui/pass/strict_crate.rs`.

#![deny(warnings)]
#![deny(
    clippy::all,
    clippy::pedantic,
    clippy::nursery,
    missing_docs,
    unused,
    unreachable_pub,
    unused_qualifications,
    unused_lifetimes,
    single_use_lifetimes,
    let_underscore_drop,
    future_incompatible
)]
#![deny(
    clippy::allow_attributes,
    clippy::allow_attributes_without_reason,
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::default_numeric_fallback,
    clippy::else_if_without_else,
    clippy::exhaustive_enums,
    clippy::expect_used,
    clippy::float_arithmetic,
    clippy::indexing_slicing,
    clippy::let_underscore_untyped,
    clippy::missing_docs_in_private_items,
    clippy::multiple_inherent_impl,
    clippy::panic,
    clippy::pub_use,
    clippy::redundant_type_annotations,
    clippy::semicolon_inside_block,
    clippy::shadow_reuse,
    clippy::shadow_same,
    clippy::shadow_unrelated,
    clippy::std_instead_of_core,
    clippy::undocumented_unsafe_blocks,
    clippy::unwrap_used
)]
#![expect(clippy::exhaustive_enums, reason = "they are private to the test")]

use core::error::Error;
use core::fmt;
use core::future::ready;

use plimsoll::{Counter, ErrorKind, Info, Label, Open, Summary, metric, observe, redact};

/// What a customer pays.
#[derive(Clone, Copy, Debug, Eq, Label, PartialEq)]
pub enum Tier {
    /// Nothing.
    Free,
    /// Something.
    Gold,
}

/// What goes wrong.
#[derive(Clone, Copy, Debug, ErrorKind)]
pub enum StoreError {
    /// Nobody has that number.
    #[kind(expected, level = "warn")]
    Unknown,
    /// The number is no number.
    #[kind(retryable)]
    Odd(u64),
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("store")
    }
}

impl Error for StoreError {}

/// Somebody.
#[redact]
#[derive(Clone)]
pub struct Customer {
    /// Who.
    pub id: u64,
    /// Where to write.
    #[redact(hash, domain = "customer")]
    email: String,
    /// What was said.
    #[redact]
    note: String,
}

/// How somebody pays.
#[redact]
#[derive(Clone)]
pub enum Payment {
    /// At once.
    Cash,
    /// Later.
    Card(#[redact(last(4))] String),
}

/// Sign-ups
#[metric(counter, name = "signups", labels(tier))]
pub static SIGNUPS: Counter<Tier>;

/// Sold
#[metric(counter, name = "revenue_usd", labels(tenant: open(100), tier), budget = 100_000)]
pub static REVENUE: Counter<(Open, Tier)>;

/// Flags in force
#[metric(info, name = "feature_flags", labels(dark_mode))]
pub static FLAGS: Info<1>;

/// Waits
#[metric(summary, name = "wait_seconds")]
pub static WAITS: Summary;

/// Idle connections, by what they are for.
#[must_use]
#[metric(gauge, callback, labels(tier: Tier))]
pub fn idle() -> Vec<(Tier, u32)> {
    vec![(Tier::Gold, 1)]
}

/// The length of a text, which is measured once it is known.
#[must_use]
#[metric(counter, name = "measured_bytes", value = ret.len(), labels(empty: bool = ret.is_empty()))]
#[metric(counter, labels(text: open(5)))]
pub fn doubled(text: &str) -> String {
    REVENUE.with((text, Tier::Free)).inc();
    FLAGS.set([text]);
    WAITS.observe(0.5_f64);
    text.repeat(2)
}

/// Some customers.
#[derive(Clone, Debug, Default)]
pub struct Store {
    /// All of them.
    customers: Vec<Customer>,
}

/// Says at its end whether it was done.
#[derive(Debug)]
pub struct Transaction {
    /// It was.
    done: bool,
}

impl Drop for Transaction {
    fn drop(&mut self) {
        assert!(self.done, "it was done");
    }
}

/// Ends it.
///
/// # Errors
///
/// When the number is another than two.
#[observe]
pub fn commit(mut transaction: Transaction, number: u64) -> Result<(), StoreError> {
    transaction.done = true;
    if number == 2 {
        return Ok(());
    }
    Err(StoreError::Odd(number))
}

impl Store {
    /// Finds one.
    ///
    /// # Errors
    ///
    /// When there is none.
    #[observe(
        log(id, count = self.customers.len(), public(note)),
        redact(email = email),
        slow = "1s",
        error_if = Result::is_err
    )]
    #[metric(histogram, labels(tier))]
    #[metric(counter, name = "found_ids", help = "Ids", value = id)]
    pub fn find(
        &self,
        id: u64,
        tier: Tier,
        note: &str,
        email: &str,
    ) -> Result<&Customer, StoreError> {
        SIGNUPS.with(tier).inc();
        let mut found = self.customers.iter().filter(|customer| customer.id == id);
        found
            .find(|customer| customer.note == note && customer.email == email)
            .ok_or(StoreError::Unknown)
    }

    /// Adds one.
    #[observe(log(customer))]
    pub fn add(&mut self, mut customer: Customer) -> &mut Self {
        customer.email.push('.');
        self.customers.push(customer);
        self
    }

    /// How many there are.
    #[observe]
    #[must_use]
    pub fn count(&self) -> usize {
        self.customers.len()
    }

    /// Forgets them.
    #[observe]
    pub fn clear(&mut self) {
        self.customers.clear();
    }

    /// Forgets them, and is asked whether it went well.
    #[observe(error_if = |()| false)]
    pub fn forget(&mut self) {
        self.customers.clear();
    }

    /// Finds one, later.
    ///
    /// # Errors
    ///
    /// When there is none.
    #[observe(log(id))]
    pub async fn load(&self, id: u64) -> Result<Customer, StoreError> {
        let mut all = ready(self.customers.iter()).await;
        all.find(|customer| customer.id == id).cloned().ok_or(StoreError::Odd(id))
    }

    /// Finds none, later.
    #[observe]
    pub fn nobody(&self) -> impl Future<Output = Option<Customer>> + use<> {
        let nobody = self.customers.first().filter(|customer| customer.id == 0).cloned();
        async move { ready(nobody).await }
    }

    /// Renames the first, in itself.
    ///
    /// # Errors
    ///
    /// When there is none.
    #[observe]
    pub fn renumbered(mut self, customer: Customer) -> Result<Self, StoreError> {
        let mut first = self.customers.first().cloned().ok_or(StoreError::Unknown)?;
        first.id = customer.id;
        self.customers = vec![first];
        Ok(self)
    }

    /// Has not been written.
    ///
    /// # Errors
    ///
    /// Never.
    #[observe]
    pub fn unwritten(&self) -> Result<Self, StoreError> {
        std::process::abort()
    }

    /// Never comes back.
    #[observe]
    pub fn quit(&self) -> ! {
        std::process::exit(i32::from(self.customers.is_empty()))
    }
}

#[test]
fn marked_code_does_what_it_did() {
    let mut store = Store::default();
    let customer = Customer { id: 1, email: "a".to_owned(), note: String::new() };
    assert_eq!(store.add(customer).count(), 1, "it was added");
    assert!(store.find(1, Tier::Gold, "", "a.").is_ok(), "it is found");
    assert!(store.find(2, Tier::Free, "", "").is_err(), "another is not");
    assert!(
        !format!("{:?} {:?}", Payment::Cash, Payment::Card("12345678".to_owned())).contains("1234"),
        "it is hidden"
    );
    assert!(commit(Transaction { done: false }, 2).is_ok(), "it is done");
    store.forget();
    store.clear();
    assert_eq!(store.count(), 0, "all were forgotten");
}
