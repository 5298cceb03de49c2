use plimsoll::{metric};

#[metric(counter, name = "signups", help = "Sign-ups")]
static SIGNUPS: u64 = 1;

fn main() {
    drop(SIGNUPS);
}
