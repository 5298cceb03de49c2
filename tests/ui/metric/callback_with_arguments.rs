use plimsoll::metric;

#[metric(gauge, help = "Open connections", callback)]
fn connections(pool: u64) -> u64 {
    pool
}

fn main() {
    connections(1);
}
