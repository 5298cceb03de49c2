use plimsoll::observe;

#[observe(name = checkout)]
fn place_order() -> u32 {
    1
}

fn main() {
    place_order();
}
