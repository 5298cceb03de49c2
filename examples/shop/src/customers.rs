//! Who buys: signing up, and looking up.
//!
//! These types hold what must never leave the process by telemetry. `#[redact]` gives them a
//! `Debug` and a logged form that show no more than each field allows.

use argon2::password_hash::{self, SaltString, rand_core::OsRng};
use argon2::{Algorithm, Argon2, Params, PasswordHasher, Version};
use plimsoll::{Counter, Label, metric, observe, redact};
use serde::{Deserialize, Serialize};

use crate::db::Database;
use crate::error::{Result, ShopError};

#[metric(counter, name = "signups", help = "Customers who signed up", labels(tier, source))]
static SIGNUPS: Counter<(Tier, Source)>;

/// How much a customer pays for being one.
#[derive(Clone, Copy, Debug, Deserialize, Label, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Tier {
    Free,
    Plus,
    Business,
}

impl Tier {
    /// As the database keeps it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Tier::Free => "free",
            Tier::Plus => "plus",
            Tier::Business => "business",
        }
    }

    /// The other way round; what nobody knows pays nothing.
    pub(crate) fn named(name: &str) -> Tier {
        match name {
            "business" => Tier::Business,
            "plus" => Tier::Plus,
            _ => Tier::Free,
        }
    }
}

/// How a customer heard of the shop.
#[derive(Clone, Copy, Debug, Default, Deserialize, Label)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Source {
    #[default]
    Direct,
    Search,
    Friend,
}

/// Somebody who has signed up.
#[redact]
#[derive(Clone)]
pub(crate) struct Customer {
    pub(crate) id: i64,
    pub(crate) tier: Tier,
    #[redact(email)]
    pub(crate) email: String,
    #[redact(last(4))]
    pub(crate) card: String,
}

/// What somebody signs up with. Errors of reading it go back to them, and into the log.
#[redact(deserialize)]
#[derive(Deserialize)]
pub(crate) struct SignUp {
    pub(crate) tier: Tier,
    #[serde(default)]
    pub(crate) source: Source,
    #[redact(email)]
    pub(crate) email: String,
    #[redact(last(4))]
    pub(crate) card: String,
    #[redact]
    pub(crate) password: String,
}

/// What customers are shown of themselves.
#[derive(Debug, Serialize)]
pub(crate) struct Profile {
    id: i64,
    tier: Tier,
}

impl Customer {
    /// What may be shown of this customer.
    pub(crate) fn profile(&self) -> Profile {
        Profile { id: self.id, tier: self.tier }
    }
}

/// Makes an account.
#[observe(log(sign_up))]
pub(crate) async fn sign_up(database: &Database, sign_up: SignUp) -> Result<Profile> {
    if !sign_up.email.contains('@') {
        return Err(ShopError::Invalid("this is no e-mail address"));
    }
    if sign_up.card.len() != 16 || !sign_up.card.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(ShopError::Invalid("a card number has 16 digits"));
    }
    let password_hash = hash_password(sign_up.password.clone()).await?;
    let id = database.insert_customer(&sign_up, &password_hash).await?;
    SIGNUPS.with((sign_up.tier, sign_up.source)).inc();
    plimsoll::info!("a customer signed up", customer.id = id);
    Ok(Profile { id, tier: sign_up.tier })
}

/// One customer.
#[observe(log(customer.id = id))]
pub(crate) async fn customer(database: &Database, id: i64) -> Result<Customer> {
    database.select_customer(id).await?.ok_or(ShopError::NoSuchCustomer)
}

/// Takes a while of CPU on purpose; so it has a thread of its own, and a span of its own.
#[observe]
async fn hash_password(password: String) -> Result<String> {
    let hashing = tokio::task::spawn_blocking(move || salted_hash(&password));
    Ok(hashing.await.map_err(|_| ShopError::Closing)??)
}

fn salted_hash(password: &str) -> std::result::Result<String, password_hash::Error> {
    // Less memory than a real shop should take: this one also runs in debug builds.
    let params = Params::new(1024, 1, 1, None)?;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let salt = SaltString::generate(&mut OsRng);
    Ok(argon2.hash_password(password.as_bytes(), &salt)?.to_string())
}
