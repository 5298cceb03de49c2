//! What customers do in the shop: sign up, fill a cart, check out, walk off.
//!
//! Every customer has an address, a card and a password of their own, so that each can be searched
//! for in whatever leaves the process.

use std::io::Write;
use std::net::TcpStream;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use plimsoll::testing::Canary;
use serde_json::json;

use super::Shop;
use crate::http::{self, Answer};

/// The bank says no.
pub const DECLINED_CARD: &str = "4000000000000002";
/// The payment takes most of a second.
pub const SLOW_CARD: &str = "4000000000000119";
/// The payment provider hangs up.
pub const BROKEN_CARD: &str = "4000000000000341";
/// The payment panics.
pub const PANIC_CARD: &str = "4000000000000500";

/// Somebody who has signed up, with all that must not leak.
#[derive(Clone, Debug)]
pub struct Customer {
    /// The shop's number for them.
    pub id: i64,
    /// Nobody else's.
    pub email: String,
    /// Sixteen digits.
    pub card: String,
    /// Nobody else's.
    pub password: String,
}

impl Shop {
    /// Somebody with a card that pays.
    #[track_caller]
    pub fn customer(&self) -> Customer {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        self.customer_with(&format!("5555{:08}4444", number + 31_415_926))
    }

    /// Somebody with this card.
    #[track_caller]
    pub fn customer_with(&self, card: &str) -> Customer {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let email = Canary::email(&format!("address {number}")).to_string();
        let password = Canary::new(&format!("password {number}")).to_string();
        let body = json!({
            "tier": "plus", "source": "friend", "email": email, "card": card, "password": password
        });
        let answer = self.post("/customers", &body);
        assert_eq!(answer.status, 201, "{}", answer.body);
        let id = answer.json()["id"].as_i64().expect("a customer has a number");
        Customer { id, email, card: card.to_owned(), password }
    }

    /// Puts something into a customer's cart.
    #[track_caller]
    pub fn fill_cart(&self, customer: &Customer) {
        let item = json!({ "product": 6, "quantity": 2 });
        let answer = self.post(&format!("/cart/{}/items", customer.id), &item);
        assert_eq!(answer.status, 201, "{}", answer.body);
    }

    /// Fills the cart and checks out; the answer may be anything.
    #[track_caller]
    pub fn buy(&self, customer: &Customer) -> Answer {
        self.fill_cart(customer);
        self.post(&format!("/checkout/{}", customer.id), &json!({}))
    }

    /// Fills the cart, asks for the check-out, and hangs up before there is an answer.
    #[track_caller]
    pub fn walk_off(&self, customer: &Customer) {
        self.fill_cart(customer);
        let host = self.url.trim_start_matches("http://");
        let mut stream = TcpStream::connect(host).expect("the shop listens");
        let request = format!(
            "POST /checkout/{} HTTP/1.1\r\nhost: {host}\r\ncontent-length: 0\r\n\r\n",
            customer.id
        );
        stream.write_all(request.as_bytes()).expect("the shop reads");
        // Long enough to be in the payment of a slow card, too short to be through with it.
        std::thread::sleep(Duration::from_millis(200));
    }

    /// `GET` of a path of the shop's.
    #[track_caller]
    pub fn get(&self, path: &str) -> Answer {
        http::get(&format!("{}{path}", self.url))
    }

    /// `GET` of a path of the shop's, with headers.
    #[track_caller]
    pub fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        http::get_with(&format!("{}{path}", self.url), headers)
    }

    /// `POST` of JSON to a path of the shop's.
    #[track_caller]
    pub fn post(&self, path: &str, body: &serde_json::Value) -> Answer {
        http::post(&format!("{}{path}", self.url), body)
    }

    /// The same with headers.
    #[track_caller]
    pub fn post_with(
        &self,
        path: &str,
        headers: &[(&str, &str)],
        body: &serde_json::Value,
    ) -> Answer {
        let headers = [&[("content-type", "application/json")], headers].concat();
        let url = format!("{}{path}", self.url);
        http::send("POST", &url, &headers, Some(&body.to_string()))
            .unwrap_or_else(|error| panic!("POST {url}: {error}"))
    }
}
