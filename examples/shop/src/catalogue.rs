//! What the shop sells.

use plimsoll::observe;
use serde::Serialize;

use crate::db::Database;
use crate::error::{Result, ShopError};

/// One thing to buy.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Product {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) price_cents: i64,
    pub(crate) sold_out: bool,
}

/// Everything that the shop sells.
#[observe]
pub(crate) async fn products(database: &Database) -> Result<Vec<Product>> {
    database.select_products().await
}

/// One product.
#[observe(log(product.id = id))]
pub(crate) async fn product(database: &Database, id: i64) -> Result<Product> {
    database.select_product(id).await?.ok_or(ShopError::NoSuchProduct)
}
