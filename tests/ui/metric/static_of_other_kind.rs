use plimsoll::{Counter, metric};

#[metric(gauge, name = "signups", help = "Sign-ups")]
static SIGNUPS: Counter;

fn main() {
    SIGNUPS.inc();
}
