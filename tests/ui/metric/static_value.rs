use plimsoll::{Counter, metric};

#[metric(counter, name = "signups", help = "Sign-ups", value = 1)]
static SIGNUPS: Counter;

fn main() {
    SIGNUPS.inc();
}
