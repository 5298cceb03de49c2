use plimsoll::observe;

#[observe(log(%item))]
fn price(item: u64) -> u64 {
    item
}

fn main() {
    price(1);
}
