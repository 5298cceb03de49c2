use plimsoll::metric;

#[derive(Clone, Copy, plimsoll::Label)]
enum Tier {
    Free,
}

#[metric(counter, help = "Searches", labels(tier, tier: Tier = Tier::Free))]
fn search(tier: Tier) -> bool {
    matches!(tier, Tier::Free)
}

fn main() {
    search(Tier::Free);
}
