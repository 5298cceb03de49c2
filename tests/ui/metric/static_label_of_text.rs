use plimsoll::{Counter, metric};

#[metric(counter, name = "signups", help = "Sign-ups", labels(source))]
static SIGNUPS: Counter<String>;

fn main() {
    let _ = &SIGNUPS;
}
