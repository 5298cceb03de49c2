use plimsoll::metric;

#[derive(Clone, Copy, plimsoll::Label)]
enum Tier {
    Free,
}

#[metric(counter, help = "Searches", labels(teir))]
fn search(tier: Tier) -> bool {
    matches!(tier, Tier::Free)
}

fn main() {
    search(Tier::Free);
}
