use plimsoll::observe;

#[observe(level = "wran")]
fn place_order() -> u32 {
    1
}

fn main() {
    place_order();
}
