use plimsoll::{Gauge, metric};

#[metric(gauge, name = "connections", help = "Open connections", callback)]
static CONNECTIONS: Gauge;

fn main() {
    CONNECTIONS.set(1.0);
}
