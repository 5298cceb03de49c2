use plimsoll::{Level, redact};

#[redact]
struct Order {
    id: u64,
    #[redact]
    email: String,
}

fn place(order: &Order, lines: &[u8], route: &str, pin: u32) {
    plimsoll::event!(Level::INFO, "order placed", order.id);
}

fn main() {
    let order = Order { id: 1, email: String::from("alice@example.com") };
    place(&order, &[1], "/orders", 4242);
    drop(Level::Info);
}
