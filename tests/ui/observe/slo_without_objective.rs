use plimsoll::observe;

#[observe(slo())]
fn place_order() -> u32 {
    1
}

fn main() {
    place_order();
}
