//! The shop's eight routes: from HTTP to the business and back.
//!
//! No business here, and no telemetry but the marks: the server span, the request metrics and the
//! request id come from the one layer that `main` puts around this router.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use plimsoll::observe;

use crate::cart::{self, Cart, NewItem};
use crate::catalogue::{self, Product};
use crate::checkout::{self, Order};
use crate::customers::{self, Profile, SignUp};
use crate::db::Database;
use crate::error::Result;
use crate::worker::Receipts;

/// What every handler works with.
#[derive(Clone, Debug)]
pub(crate) struct Shop {
    pub(crate) database: Database,
    pub(crate) receipts: Receipts,
}

/// All routes.
pub(crate) fn router(shop: Shop) -> Router {
    Router::new()
        .route("/products", get(list_products))
        .route("/products/{id}", get(show_product))
        .route("/customers", post(sign_up))
        .route("/customers/{id}", get(show_customer))
        .route("/cart/{customer}", get(show_cart))
        .route("/cart/{customer}/items", post(add_item))
        .route("/checkout/{customer}", post(check_out))
        .route("/orders/{id}", get(show_order))
        .with_state(shop)
}

#[observe]
async fn list_products(State(shop): State<Shop>) -> Result<Json<Vec<Product>>> {
    catalogue::products(&shop.database).await.map(Json)
}

#[observe(log(product.id = id))]
async fn show_product(State(shop): State<Shop>, Path(id): Path<i64>) -> Result<Json<Product>> {
    catalogue::product(&shop.database, id).await.map(Json)
}

#[observe]
async fn sign_up(
    State(shop): State<Shop>,
    Json(sign_up): Json<SignUp>,
) -> Result<(StatusCode, Json<Profile>)> {
    let profile = customers::sign_up(&shop.database, sign_up).await?;
    Ok((StatusCode::CREATED, Json(profile)))
}

#[observe(log(customer.id = id))]
async fn show_customer(State(shop): State<Shop>, Path(id): Path<i64>) -> Result<Json<Profile>> {
    let customer = customers::customer(&shop.database, id).await?;
    Ok(Json(customer.profile()))
}

#[observe(log(customer.id = customer))]
async fn show_cart(State(shop): State<Shop>, Path(customer): Path<i64>) -> Result<Json<Cart>> {
    cart::cart(&shop.database, customer).await.map(Json)
}

#[observe(log(customer.id = customer, item.product, item.quantity))]
async fn add_item(
    State(shop): State<Shop>,
    Path(customer): Path<i64>,
    Json(item): Json<NewItem>,
) -> Result<StatusCode> {
    cart::add(&shop.database, customer, item).await?;
    Ok(StatusCode::CREATED)
}

#[observe(log(customer.id = customer))]
async fn check_out(
    State(shop): State<Shop>,
    Path(customer): Path<i64>,
) -> Result<(StatusCode, Json<Order>)> {
    let order = checkout::check_out(&shop.database, &shop.receipts, customer).await?;
    Ok((StatusCode::CREATED, Json(order)))
}

#[observe(log(order.id = id))]
async fn show_order(State(shop): State<Shop>, Path(id): Path<i64>) -> Result<Json<Order>> {
    checkout::order(&shop.database, id).await.map(Json)
}
