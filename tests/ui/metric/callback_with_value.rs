use plimsoll::metric;

#[metric(gauge, help = "Open connections", callback, value = 1)]
fn connections() -> u64 {
    1
}

fn main() {
    connections();
}
