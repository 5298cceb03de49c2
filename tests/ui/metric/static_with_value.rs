use plimsoll::{metric};

#[metric(counter, name = "signups_total", help = "Sign-ups")]
static SIGNUPS: u64 = 1;

fn main() {
    drop(SIGNUPS);
}
