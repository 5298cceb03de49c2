use plimsoll::{Counter, metric};

#[metric(counter, name = "signups", help = "Sign-ups")]
static mut SIGNUPS: Counter;

fn main() {
    let _ = &raw const SIGNUPS;
}
