use plimsoll::metric;

#[derive(Clone, Copy, plimsoll::Label)]
enum Tier {
    Free,
}

#[metric(counter, help = "Searches", labels(tier))]
fn search((tier, query): (Tier, u64)) -> u64 {
    query + tier as u64
}

fn main() {
    search((Tier::Free, 1));
}
