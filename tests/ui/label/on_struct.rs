use plimsoll::{Label, metric};

#[derive(Clone, Copy, Label)]
struct Tier(u64);

#[metric(counter, help = "Searches", labels(tier))]
fn search(tier: Tier) -> usize {
    size_of_val(&tier)
}

fn main() {
    search(Tier(1));
}
