use plimsoll::observe;

#[observe(log())]
fn place_order() -> u32 {
    1
}

fn main() {
    place_order();
}
