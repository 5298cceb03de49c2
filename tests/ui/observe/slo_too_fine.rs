use plimsoll::observe;

#[observe(slo(success = 99.99999))]
fn place_order() -> u32 {
    1
}

fn main() {
    place_order();
}
