use plimsoll::observe;

#[observe]
#[observe(level = debug)]
fn place_order() -> u32 {
    1
}

fn main() {
    place_order();
}
