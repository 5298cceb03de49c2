use plimsoll::observe;

#[observe(nmae = "checkout")]
fn place_order() -> u32 {
    1
}

fn main() {
    place_order();
}
