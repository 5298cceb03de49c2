//! Buying what lies in the cart.

use plimsoll::{Counter, Open, metric, observe};
use serde::Serialize;

use crate::cart::{self, Cart};
use crate::customers::{self, Customer};
use crate::db::Database;
use crate::error::{Result, ShopError};
use crate::payment;
use crate::worker::Receipts;

/// Both names come up while the shop runs: the mark says how many it makes room for.
#[metric(
    counter,
    name = "revenue_usd",
    help = "What was sold, in dollars",
    labels(tenant: open(30), product: open(30))
)]
static REVENUE: Counter<(Open, Open)>;

/// What a customer has bought.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Order {
    pub(crate) id: i64,
    pub(crate) customer: i64,
    pub(crate) total_cents: i64,
    pub(crate) receipt_sent: bool,
}

/// Takes the money, writes the order down, and has a receipt sent.
#[observe(log(customer.id = customer), slo(success = 99.9, latency = "250ms", target = 99))]
pub(crate) async fn check_out(
    database: &Database,
    receipts: &Receipts,
    customer: i64,
    tenant: &str,
) -> Result<Order> {
    let customer = customers::customer(database, customer).await?;
    let cart = cart::cart(database, customer.id).await?;
    if cart.items.is_empty() {
        return Err(ShopError::EmptyCart);
    }
    payment::charge(&customer, cart.total_cents).await?;
    let order = place_order(database, &customer, &cart).await?;
    for item in &cart.items {
        let price = (item.quantity * item.price_cents) as f64 / 100.0;
        REVENUE.with((tenant, &item.name)).add(price);
    }
    receipts.queue(order.id).await?;
    plimsoll::info!("order placed", order.id, order.total_cents);
    Ok(order)
}

/// Turns the cart into an order, all or nothing.
#[observe(log(customer.id, order.items = cart.items.len()))]
#[metric(
    histogram,
    name = "order_value_usd",
    help = "Value of orders, in dollars",
    value = cart.total_cents as f64 / 100.0,
    buckets = [1, 5, 10, 25, 50, 100, 250, 1000],
    labels(tier: customers::Tier = customer.tier)
)]
#[metric(
    histogram,
    name = "cart_size_items",
    unit = "items",
    help = "Items in the carts that were bought",
    value = cart.pieces(),
    buckets = exponential(1, 2, 7)
)]
async fn place_order(database: &Database, customer: &Customer, cart: &Cart) -> Result<Order> {
    let mut changes = database.begin().await?;
    let id = changes.insert_order(customer.id, cart.total_cents).await?;
    changes.insert_order_items(id, customer.id).await?;
    changes.delete_cart(customer.id).await?;
    changes.commit().await?;
    cart::ITEMS.sub(cart.pieces() as f64);
    Ok(Order { id, customer: customer.id, total_cents: cart.total_cents, receipt_sent: false })
}

/// One order.
#[observe(log(order.id = id))]
pub(crate) async fn order(database: &Database, id: i64) -> Result<Order> {
    database.select_order(id).await?.ok_or(ShopError::NoSuchOrder)
}
