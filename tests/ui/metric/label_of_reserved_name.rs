use plimsoll::metric;

#[derive(Clone, Copy, plimsoll::Label)]
enum Tier {
    Free,
}

#[metric(counter, help = "Searches", labels(outcome))]
fn search(outcome: Tier) -> bool {
    matches!(outcome, Tier::Free)
}

fn main() {
    search(Tier::Free);
}
