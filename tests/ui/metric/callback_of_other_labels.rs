use plimsoll::{Label, metric};

#[derive(Clone, Copy, Label)]
enum Pool {
    Main,
}

#[metric(gauge, help = "Open connections", callback, labels(busy: bool))]
fn connections() -> Vec<(Pool, u64)> {
    vec![(Pool::Main, 1)]
}

fn main() {
    connections();
}
