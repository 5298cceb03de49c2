use plimsoll::{Label, redact};

#[redact]
#[derive(Clone, Copy, Label)]
enum Tier {
    Free,
    Plus,
}

fn main() {
    assert_eq!(Tier::Free.index() + Tier::Plus.index(), 1);
}
