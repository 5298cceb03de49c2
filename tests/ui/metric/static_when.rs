use plimsoll::{Counter, metric};

#[metric(counter, name = "signups", help = "Sign-ups", when = ok)]
static SIGNUPS: Counter;

fn main() {
    SIGNUPS.inc();
}
