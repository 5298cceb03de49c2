use plimsoll::observe;

#[observe(slo(success = 0.999))]
fn place_order() -> u32 {
    1
}

fn main() {
    place_order();
}
