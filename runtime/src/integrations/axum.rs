//! The layer for axum: [`tower::layer`](crate::tower::layer), which knows axum's route templates.
//!
//! ```ignore
//! let app = axum::Router::new().route("/cart/{id}", get(cart)).layer(plimsoll::axum::layer());
//! ```

use axum::extract::MatchedPath;

use super::tower::Layer;

/// One layer for a whole `axum::Router`: give it to `Router::layer` after the last route.
pub fn layer() -> Layer {
    Layer::new(|extensions| extensions.get::<MatchedPath>().map(MatchedPath::as_str))
}
