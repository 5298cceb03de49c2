use plimsoll::metric;

#[metric(counter, help = "Searches", labels(tier))]
fn search(tier: impl plimsoll::Label) -> usize {
    tier.index()
}

#[derive(Clone, Copy, plimsoll::Label)]
enum Tier {
    Free,
}

fn main() {
    search(Tier::Free);
}
