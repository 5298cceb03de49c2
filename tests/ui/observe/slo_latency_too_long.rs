use plimsoll::observe;

#[observe(slo(latency = "2h"))]
fn place_order() -> u32 {
    1
}

fn main() {
    place_order();
}
