use plimsoll::{Counter, metric};

#[metric(counter, help = "Sign-ups")]
static SIGNUPS: Counter;

fn main() {
    SIGNUPS.inc();
}
