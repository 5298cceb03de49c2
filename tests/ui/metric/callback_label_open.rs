use plimsoll::metric;

#[metric(gauge, help = "Open connections", callback, labels(pool: open(10)))]
fn connections() -> u64 {
    1
}

fn main() {
    connections();
}
