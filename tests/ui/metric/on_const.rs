use plimsoll::{Counter, metric};

#[metric(counter, name = "signups", help = "Sign-ups")]
const SIGNUPS: Option<Counter> = None;

fn main() {
    drop(SIGNUPS);
}
