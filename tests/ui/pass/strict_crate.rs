//! A crate that forbids unsafe code and every warning.

#![forbid(unsafe_code)]
#![deny(warnings)]
#![deny(
    missing_docs,
    unused,
    unused_qualifications,
    unreachable_pub,
    missing_debug_implementations,
    missing_copy_implementations,
    single_use_lifetimes,
    trivial_casts,
    trivial_numeric_casts,
    let_underscore_drop,
    elided_lifetimes_in_paths,
    non_ascii_idents,
    unused_lifetimes,
    unused_results,
    future_incompatible,
    nonstandard_style,
    rust_2018_idioms,
    rust_2024_compatibility
)]

use plimsoll::{Class, Counter, ErrorKind, Label, Level, event, info, metric, observe, redact};

/// A tier.
#[derive(Clone, Copy, Debug, Label)]
pub enum Tier {
    /// Paid with attention.
    Free,
    /// Paid.
    Gold,
}

/// What goes wrong.
#[derive(Clone, Copy, Debug, ErrorKind)]
pub enum Broken {
    /// Badly.
    #[kind(expected, level = "warn")]
    Badly,
}

impl std::fmt::Display for Broken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("broken")
    }
}

impl std::error::Error for Broken {}

/// A customer.
#[redact]
#[derive(Clone)]
pub struct Customer {
    /// Who.
    pub id: u64,
    #[redact(hash, domain = "customer")]
    email: String,
    #[redact]
    note: String,
}

/// The class of what one is ill with.
pub const PHI: Class = Class::PII.named("phi");

/// A patient.
#[redact(class = internal, display = "patient {id} born {born}", serialize, deserialize)]
#[derive(Clone, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Patient {
    /// Who.
    pub id: u64,
    #[redact(class = PHI, year)]
    born: String,
    #[redact(class = PHI, allow(reason = "asked for by them"))]
    ward_name: String,
    #[redact(each = last(4))]
    cards: Vec<String>,
    #[redact(keys = hash("header"), values = full)]
    headers: std::collections::BTreeMap<String, String>,
    #[redact(class = secret, with = shortened)]
    #[redact(allow(reason = "a test"))]
    number: String,
}

fn shortened(number: &str, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
    f.write_str(number.get(..1).unwrap_or_default())
}

/// Sign-ups
#[metric(counter, name = "signups", labels(tier))]
pub static SIGNUPS: Counter<Tier>;

/// A store.
#[derive(Clone, Debug)]
pub struct Store {
    customers: Vec<Customer>,
}

impl Store {
    /// Finds one.
    ///
    /// # Errors
    /// When there is none.
    #[observe(log(id, count = self.customers.len()), redact(note = full), slow = "1s", error_if = |out| out.is_err())]
    #[metric(histogram, labels(tier))]
    #[must_use = "or why"]
    pub fn find(&self, id: u64, tier: Tier, note: &str) -> Result<&Customer, Broken> {
        SIGNUPS.with(tier).inc();
        self.customers.iter().find(|customer| customer.id == id && customer.note == note).ok_or(Broken::Badly)
    }

    /// Adds one.
    #[observe(log(customer))]
    pub fn add(&mut self, mut customer: Customer) -> &mut Customer {
        customer.email.push('.');
        info!("added", customer, count = self.customers.len() + 1, redact(customer.note = full));
        event!(Level::Debug, target = "store", "in detail", public(customer.note), found = { true });
        self.customers.push(customer);
        let last = self.customers.len() - 1;
        &mut self.customers[last]
    }

    /// Counts to a number.
    #[observe]
    pub fn count(mut number: u32) -> u32 {
        let mut steps = 0;
        while number > 0 {
            number -= 1;
            steps += 1;
        }
        steps
    }

    /// Nothing.
    #[observe]
    pub fn nothing(&self) {}

    /// Nothing, with a value.
    #[observe(error_if = |()| false)]
    pub fn unit(&self) {
        let _ = self.customers.len();
    }

    /// Later.
    #[observe(log(id))]
    pub async fn load(&self, id: u64) -> Option<Customer> {
        let found = std::future::ready(self.customers.iter().find(|customer| customer.id == id)).await?;
        Some(found.clone())
    }

    /// Later, nothing.
    #[observe]
    pub async fn sleep(&self) {
        std::future::ready(()).await;
    }
}

fn main() {
    let mut store = Store { customers: Vec::new() };
    let customer = Customer { id: 1, email: String::from("x"), note: String::new() };
    store.add(customer).id = 2;
    assert!(store.find(2, Tier::Gold, "").is_ok());
    assert!(store.find(1, Tier::Free, "").is_err());
    assert_eq!(Store::count(3), 3);
    store.nothing();
    store.unit();
    drop(store.load(2));
    drop(store.sleep());
}
