//! Nothing is in scope but what is named.

#![no_implicit_prelude]

use ::plimsoll::{Counter, ErrorKind, Label, metric, observe, redact};
use ::std::clone::Clone;
use ::std::fmt;
use ::std::marker::Copy;
use ::std::prelude::v1::derive;
use ::std::result::Result;
use ::std::string::String;

#[derive(Clone, Copy, Label)]
enum Tier {
    Free,
}

#[metric(counter, name = "signups", help = "Sign-ups", labels(tier))]
static SIGNUPS: Counter<Tier>;

#[derive(ErrorKind)]
struct Broken;

impl fmt::Debug for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("broken")
    }
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("broken")
    }
}

impl ::std::error::Error for Broken {}

#[redact(display = "{id} {email}", serialize, deserialize)]
#[derive(::serde::Deserialize)]
struct Customer {
    id: u64,
    #[redact(email)]
    email: String,
    #[redact(class = internal)]
    #[serde(default)]
    age: u8,
    #[redact(keys = full, values = shown)]
    #[serde(default)]
    ages: ::std::collections::BTreeMap<String, u8>,
}

#[observe(log(customer), slow = "2s", level = debug)]
#[metric(histogram, help = "How long it takes", labels(tier))]
fn save(customer: &Customer, tier: Tier) -> Result<u64, Broken> {
    SIGNUPS.with(tier).inc();
    ::plimsoll::info!("saved", customer, redact(customer.email = email));
    ::plimsoll::event!(::plimsoll::Level::Trace, "saved");
    Result::Ok(customer.id)
}

#[observe(log(id))]
async fn load(id: u64) -> Result<u64, Broken> {
    Result::Ok(id)
}

fn main() {
    let customer = Customer {
        id: 1,
        email: String::new(),
        age: 1,
        ages: ::std::collections::BTreeMap::new(),
    };
    let _ = save(&customer, Tier::Free);
    let _ = load(customer.id);
    let _ = (&customer.email, customer.age, &customer.ages);
}
