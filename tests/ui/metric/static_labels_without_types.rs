use plimsoll::{Counter, metric};

#[metric(counter, name = "signups_total", help = "Sign-ups", labels(tier))]
static SIGNUPS: Counter;

fn main() {
    SIGNUPS.inc();
}
