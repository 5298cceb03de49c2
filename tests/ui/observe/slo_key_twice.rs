use plimsoll::observe;

#[observe(slo(success = 99.9, success = 99))]
fn place_order() -> u32 {
    1
}

fn main() {
    place_order();
}
