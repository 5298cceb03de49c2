//! Everything that can go wrong in the shop, and what a client is told of it.
//!
//! `ErrorKind` makes the variants a closed set: they are the label `error_type` in metrics and the
//! attribute `error.type` of spans. `expected` ones are the customer's business, not the
//! operator's: they are counted, but nobody is woken. The messages are literals, so the log shows
//! them; of what is behind them it shows what is known not to quote a customer's data.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use plimsoll::ErrorKind;
use serde_json::json;

use crate::payment::PaymentError;

/// What an operation of the shop can fail with.
#[derive(Debug, thiserror::Error, ErrorKind)]
pub(crate) enum ShopError {
    #[error("there is no such product")]
    #[kind(expected)]
    NoSuchProduct,

    #[error("there is no such customer")]
    #[kind(expected)]
    NoSuchCustomer,

    #[error("there is no such order")]
    #[kind(expected)]
    NoSuchOrder,

    #[error("this product is sold out")]
    #[kind(expected)]
    SoldOut,

    #[error("the cart is empty")]
    #[kind(expected)]
    EmptyCart,

    #[error("{0}")]
    #[kind(expected, allow(reason = "the texts of this variant are literals of the shop's"))]
    Invalid(&'static str),

    #[error("this e-mail address has an account already")]
    #[kind(expected)]
    EmailTaken,

    #[error("the payment failed")]
    #[kind(transparent)]
    Payment(#[from] PaymentError),

    #[error("the password could not be hashed")]
    Password(#[from] argon2::password_hash::Error),

    #[error("the database failed")]
    Storage(#[from] sqlx::Error),

    #[error("the shop is closing")]
    #[kind(retryable)]
    Closing,
}

/// What an operation of the shop ends with.
pub(crate) type Result<T> = std::result::Result<T, ShopError>;

impl ShopError {
    fn status(&self) -> StatusCode {
        match self {
            Self::NoSuchProduct | Self::NoSuchCustomer | Self::NoSuchOrder => StatusCode::NOT_FOUND,
            Self::SoldOut | Self::EmptyCart | Self::EmailTaken => StatusCode::CONFLICT,
            Self::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Payment(PaymentError::Declined) => StatusCode::PAYMENT_REQUIRED,
            Self::Payment(PaymentError::Unreachable(_)) => StatusCode::BAD_GATEWAY,
            Self::Password(_) | Self::Storage(_) => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Closing => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}

impl IntoResponse for ShopError {
    fn into_response(self) -> Response {
        (self.status(), Json(json!({ "error": self.to_string() }))).into_response()
    }
}
