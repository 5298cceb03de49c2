use plimsoll::{Counter, metric};

#[metric(counter, name = "signups", help = "Sign-ups", labels(tier))]
static SIGNUPS: Counter;

fn main() {
    SIGNUPS.inc();
}
