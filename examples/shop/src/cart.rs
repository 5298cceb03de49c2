//! What customers have put aside and not yet bought.

use plimsoll::{Gauge, metric, observe};
use serde::{Deserialize, Serialize};

use crate::catalogue;
use crate::customers;
use crate::db::Database;
use crate::error::{Result, ShopError};

#[metric(gauge, name = "cart_items", help = "Items that lie in carts")]
pub(crate) static ITEMS: Gauge;

/// What a customer wants to put into the cart.
#[derive(Clone, Copy, Debug, Deserialize)]
pub(crate) struct NewItem {
    pub(crate) product: i64,
    pub(crate) quantity: i64,
}

/// Some of one product.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Item {
    pub(crate) product: i64,
    pub(crate) name: String,
    pub(crate) quantity: i64,
    pub(crate) price_cents: i64,
}

/// All that one customer has put aside.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Cart {
    pub(crate) items: Vec<Item>,
    pub(crate) total_cents: i64,
}

impl Cart {
    /// How many things that is, two of one product being two.
    pub(crate) fn pieces(&self) -> i64 {
        self.items.iter().map(|item| item.quantity).sum()
    }
}

/// What lies in the cart.
#[observe(log(customer.id = customer))]
pub(crate) async fn cart(database: &Database, customer: i64) -> Result<Cart> {
    let items = database.select_cart(customer).await?;
    let total_cents = items.iter().map(|item| item.quantity * item.price_cents).sum();
    Ok(Cart { items, total_cents })
}

/// Puts an item into the cart.
#[observe(log(customer.id = customer, item.product, item.quantity))]
pub(crate) async fn add(database: &Database, customer: i64, item: NewItem) -> Result<()> {
    if !(1..=99).contains(&item.quantity) {
        return Err(ShopError::Invalid("the quantity must lie between 1 and 99"));
    }
    customers::customer(database, customer).await?;
    if catalogue::product(database, item.product).await?.sold_out {
        return Err(ShopError::SoldOut);
    }
    database.insert_cart_item(customer, item).await?;
    ITEMS.add(item.quantity as f64);
    Ok(())
}
