use plimsoll::observe;

#[observe]
enum Order {
    Placed,
}

fn main() {
    drop(Order::Placed);
}
