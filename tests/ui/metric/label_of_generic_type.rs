use plimsoll::metric;

#[metric(counter, help = "Searches", labels(tier))]
fn search<T: plimsoll::Label>(tier: T) -> usize {
    tier.index()
}

#[derive(Clone, Copy, plimsoll::Label)]
enum Tier {
    Free,
}

fn main() {
    search(Tier::Free);
}
