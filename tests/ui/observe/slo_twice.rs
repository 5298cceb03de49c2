use plimsoll::observe;

#[observe(slo(success = 99.9), slo(latency = "250ms"))]
fn place_order() -> u32 {
    1
}

fn main() {
    place_order();
}
