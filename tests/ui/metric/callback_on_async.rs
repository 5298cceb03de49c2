use plimsoll::metric;

#[metric(gauge, help = "Open connections", callback)]
async fn connections() -> u64 {
    1
}

fn main() {
    drop(connections());
}
