use plimsoll::metric;

#[metric(gauge, help = "Open connections", callback)]
fn connections() -> &'static str {
    "1"
}

fn main() {
    connections();
}
