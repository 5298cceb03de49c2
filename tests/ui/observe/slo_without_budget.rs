use plimsoll::observe;

#[observe(slo(success = 100))]
fn place_order() -> u32 {
    1
}

fn main() {
    place_order();
}
