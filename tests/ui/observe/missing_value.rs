use plimsoll::observe;

#[observe(name)]
fn place_order() -> u32 {
    1
}

fn main() {
    place_order();
}
