//! The runtime goes by another name, and `plimsoll` is something else.

mod telemetry {
    pub use ::plimsoll::*;
}

mod plimsoll {}

use telemetry::{ErrorKind, Gauge, Label, metric, observe, redact};

#[derive(Clone, Copy, Label)]
#[label(crate = crate::telemetry)]
enum Tier {
    Free,
}

#[derive(Debug, ErrorKind)]
#[kind(crate = crate::telemetry)]
struct Broken;

impl std::fmt::Display for Broken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("broken")
    }
}

impl std::error::Error for Broken {}

#[redact(crate = telemetry, class = pii, display = "{id}", serialize, deserialize)]
#[derive(serde::Deserialize)]
struct Customer {
    id: u64,
    #[redact(class = telemetry::Class::SECRET, mask)]
    #[serde(default)]
    note: String,
}

#[metric(gauge, name = "customers", help = "Customers", crate = telemetry)]
static CUSTOMERS: Gauge;

#[metric(counter, help = "Loads", labels(tier))]
#[observe(crate = crate::telemetry, log(id))]
fn load(id: u64, tier: Tier) -> Result<Customer, Broken> {
    let _ = tier;
    Ok(Customer { id, note: String::new() })
}

#[metric(counter, help = "Loads", crate = telemetry)]
async fn load_later() -> u8 {
    1
}

macro_rules! marked {
    ($name:ident) => {
        #[observe(crate = $crate::telemetry, log(id))]
        #[metric(counter, help = "Calls")]
        fn $name(id: u64) -> Result<u64, Broken> {
            Ok(id)
        }
    };
}

marked!(made_by_a_macro);

fn main() {
    assert!(made_by_a_macro(1).is_ok());
    telemetry::info!(crate = telemetry, "made", id = 1);
    telemetry::event!(telemetry::Level::Warn, crate = crate::telemetry, "made");
    CUSTOMERS.set(1.0);
    drop(load_later());
    assert!(load(1, Tier::Free).is_ok_and(|customer| customer.id == 1 && customer.note.is_empty()));
}
