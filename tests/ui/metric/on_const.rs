use plimsoll::{Counter, metric};

#[metric(counter, name = "signups_total", help = "Sign-ups")]
const SIGNUPS: Option<Counter> = None;

fn main() {
    drop(SIGNUPS);
}
