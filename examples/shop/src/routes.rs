//! The shop's nine routes: from HTTP to the business and back.
//!
//! No business here, and no telemetry but the marks: the server span, the request metrics and the
//! request id come from the one layer that `main` puts around this router.

use std::convert::Infallible;

use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{FromRequestParts, Path, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::Response;
use axum::routing::{get, post};
use axum::{Json, Router};
use plimsoll::observe;

use crate::cart::{self, Cart, NewItem};
use crate::catalogue::{self, Product};
use crate::checkout::{self, Order};
use crate::customers::{self, Profile, SignUp};
use crate::db::Database;
use crate::error::Result;
use crate::live;
use crate::worker::Receipts;

/// What every handler works with.
#[derive(Clone, Debug)]
pub(crate) struct Shop {
    pub(crate) database: Database,
    pub(crate) receipts: Receipts,
}

/// In whose name the shop sells: it serves several, which say so in a header of their own.
#[derive(Clone, Debug)]
struct Tenant(String);

impl<S: Sync> FromRequestParts<S> for Tenant {
    type Rejection = Infallible;

    async fn from_request_parts(
        parts: &mut Parts,
        _: &S,
    ) -> std::result::Result<Tenant, Infallible> {
        let name = parts.headers.get("x-tenant").and_then(|name| name.to_str().ok());
        Ok(Tenant(name.unwrap_or("house").to_owned()))
    }
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
        .route("/orders/{id}/live", get(follow_order))
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
    Tenant(tenant): Tenant,
) -> Result<(StatusCode, Json<Order>)> {
    let order = checkout::check_out(&shop.database, &shop.receipts, customer, &tenant).await?;
    Ok((StatusCode::CREATED, Json(order)))
}

#[observe(log(order.id = id))]
async fn show_order(State(shop): State<Shop>, Path(id): Path<i64>) -> Result<Json<Order>> {
    checkout::order(&shop.database, id).await.map(Json)
}

#[observe(log(order.id = id))]
async fn follow_order(
    State(shop): State<Shop>,
    Path(id): Path<i64>,
    upgrade: WebSocketUpgrade,
) -> Result<Response> {
    checkout::order(&shop.database, id).await?;
    Ok(upgrade.on_upgrade(move |socket| live::follow(socket, shop.database, id)))
}
