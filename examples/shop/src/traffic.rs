//! The shop's own visitors, so that there is something to see at once.
//!
//! They are the outside world: nothing here is observed, and they know the shop only by HTTP over
//! loopback. Started by `main` unless `--quiet-traffic` is given; they go when the shop closes.
//! What a visit does depends on its number alone: twenty in a row hold every kind of trouble.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use std::{io, process};

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

use crate::payment;

/// How many visitors are in the shop at a time.
const VISITORS: u64 = 6;

/// A visitor who does not want to wait for a slow payment leaves after this time.
const PATIENCE: Duration = Duration::from_millis(150);

/// How long one who follows an order stays.
const STAY: Duration = Duration::from_secs(1);

/// Sends visitors into the shop until it closes.
pub(crate) async fn run(shop: SocketAddr) {
    let door = Arc::new(AtomicU64::new(0));
    for _ in 0..VISITORS {
        let door = Arc::clone(&door);
        tokio::spawn(async move {
            loop {
                let mut visitor =
                    Visitor { shop, number: door.fetch_add(1, Ordering::Relaxed), step: 0 };
                match visitor.visit().await {
                    Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => return,
                    _ => visitor.pause().await,
                }
            }
        });
    }
}

/// One visit from the door to the receipt.
struct Visitor {
    shop: SocketAddr,
    number: u64,
    /// Counts the requests of this visit.
    step: u64,
}

impl Visitor {
    async fn visit(&mut self) -> io::Result<()> {
        self.get("/products").await?;
        self.get(&format!("/products/{}", 1 + self.number % 7)).await?;
        if self.number % 10 == 2 {
            // No such product, and no such page.
            self.get("/products/1000").await?;
            self.get("/jobs").await?;
        }
        let Some(customer) = self.sign_up().await? else {
            return Ok(());
        };
        self.get(&format!("/customers/{customer}")).await?;
        self.fill_cart(customer).await?;
        self.check_out(customer).await
    }

    async fn sign_up(&mut self) -> io::Result<Option<u64>> {
        let tiers = ["free", "plus", "free", "business"];
        let sources = ["search", "friend", "direct"];
        let account = json!({
            "email": format!("visitor-{}-{}@example.com", process::id(), self.number),
            "card": self.card(),
            "password": format!("correct horse battery staple {}", self.number),
            "tier": tiers[(self.number % 4) as usize],
            "source": sources[(self.number % 3) as usize],
        });
        let customer = self.post("/customers", &account).await?["id"].as_u64();
        if self.number % 10 == 4 {
            // The address has an account by now; and then most is missing.
            let half = json!({ "email": "nobody@example.com" });
            self.post("/customers", &account).await?;
            self.post("/customers", &half).await?;
        }
        Ok(customer)
    }

    async fn fill_cart(&mut self, customer: u64) -> io::Result<()> {
        let path = format!("/cart/{customer}/items");
        let item = |product, quantity| json!({ "product": product, "quantity": quantity });
        if self.number % 10 == 6 {
            // One that is sold out, and none of one that is not.
            self.post(&path, &item(8, 1)).await?;
            self.post(&path, &item(6, 0)).await?;
        }
        let kinds = match self.number % 10 {
            8 => 0, // has come to look only
            _ => 1 + self.number % 3,
        };
        for kind in 0..kinds {
            let product = 1 + (self.number + kind) % 7;
            self.post(&path, &item(product, 1 + kind)).await?;
        }
        self.get(&format!("/cart/{customer}")).await?;
        Ok(())
    }

    async fn check_out(&mut self, customer: u64) -> io::Result<()> {
        let path = format!("/checkout/{customer}");
        if self.number % 20 == 15 {
            let request = self.request("POST", &path, "");
            // The answer is never read: dropping the connection is how one leaves.
            return match timeout(PATIENCE, exchange(self.shop, &request)).await {
                Ok(answer) => answer.map(drop),
                Err(_) => Ok(()),
            };
        }
        let order = self.post(&path, &Value::Null).await?;
        if let Some(order) = order["id"].as_u64() {
            self.get(&format!("/orders/{order}")).await?;
            if self.number.is_multiple_of(3) {
                self.follow(order).await?;
            }
        }
        Ok(())
    }

    /// Listens for a while to what becomes of an order.
    async fn follow(&mut self, order: u64) -> io::Result<()> {
        let request = self.request("GET", &format!("/orders/{order}/live"), "");
        let upgrade = "connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n\
                       sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
        let request = request.replace("connection: close\r\n", upgrade);
        let mut connection = TcpStream::connect(self.shop).await?;
        connection.write_all(request.as_bytes()).await?;
        let mut news = Vec::new();
        match timeout(STAY, connection.read_to_end(&mut news)).await {
            Ok(read) => read.map(drop),
            Err(_) => Ok(()),
        }
    }

    /// The card decides how the payment goes.
    fn card(&self) -> &'static str {
        match self.number % 20 {
            3 | 13 => payment::DECLINED_CARD,
            7 | 15 => payment::SLOW_CARD,
            9 => payment::BROKEN_CARD,
            11 => payment::PANIC_CARD,
            _ => payment::GOOD_CARD,
        }
    }

    async fn get(&mut self, path: &str) -> io::Result<Value> {
        let request = self.request("GET", path, "");
        self.send(&request).await
    }

    async fn post(&mut self, path: &str, body: &Value) -> io::Result<Value> {
        let request = self.request("POST", path, &body.to_string());
        self.send(&request).await
    }

    async fn send(&self, request: &str) -> io::Result<Value> {
        let answer = exchange(self.shop, request).await?;
        self.pause().await;
        let body = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
        Ok(serde_json::from_str(body).unwrap_or_default())
    }

    /// Writes a request; some callers bring a request id, some a trace of their own.
    fn request(&mut self, method: &str, path: &str, body: &str) -> String {
        self.step += 1;
        let identity = match self.number % 3 {
            0 => format!("x-request-id: visit-{}-{}\r\n", self.number, self.step),
            1 => {
                let [high, low, span] = [1, 2, 3].map(|word| scramble(self.dice() + word));
                format!("traceparent: 00-{high:016x}{low:016x}-{span:016x}-01\r\n")
            }
            _ => String::new(),
        };
        let tenant = ["house", "harbour", "marina"][(self.number / 2 % 3) as usize];
        let (shop, length) = (self.shop, body.len());
        format!(
            "{method} {path} HTTP/1.1\r\nhost: {shop}\r\nconnection: close\r\n{identity}\
             x-tenant: {tenant}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
        )
    }

    async fn pause(&self) {
        sleep(Duration::from_millis(50 + scramble(self.dice()) % 100)).await;
    }

    /// Another number for every request of every run.
    fn dice(&self) -> u64 {
        u64::from(process::id()) << 40 | self.number << 12 | self.step << 4
    }
}

/// One request, one connection, one answer.
async fn exchange(shop: SocketAddr, request: &str) -> io::Result<String> {
    let mut connection = TcpStream::connect(shop).await?;
    connection.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    connection.read_to_string(&mut answer).await?;
    Ok(answer)
}

/// Spreads a number over 64 bits (the last step of SplitMix64).
fn scramble(number: u64) -> u64 {
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}
