use plimsoll::{Counter, Label, metric};

#[derive(Clone, Copy, Label)]
enum Tier {
    Free,
}

#[metric(counter, name = "signups", help = "Sign-ups", labels(tier: Tier = Tier::Free))]
static SIGNUPS: Counter<Tier>;

fn main() {
    SIGNUPS.with(Tier::Free).inc();
}
