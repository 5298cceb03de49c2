use plimsoll::metric;

#[metric(gauge, help = "Open connections", callback, labels(busy))]
fn connections() -> u64 {
    1
}

fn main() {
    connections();
}
