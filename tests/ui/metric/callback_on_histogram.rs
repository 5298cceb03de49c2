use plimsoll::metric;

#[metric(histogram, name = "connections_seconds", help = "Time", callback)]
fn connections() -> u64 {
    1
}

fn main() {
    connections();
}
