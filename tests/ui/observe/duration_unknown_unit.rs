use plimsoll::observe;

#[observe(slow = "2 seconds")]
fn place_order() -> u32 {
    1
}

fn main() {
    place_order();
}
