use plimsoll::observe;

#[observe(slo(succes = 99.9, latncy = "250ms"))]
fn place_order() -> u32 {
    1
}

fn main() {
    place_order();
}
