use plimsoll::observe;

#[observe]
struct Order {
    id: u64,
}

fn main() {
    let order = Order { id: 1 };
    drop(order.id);
}
