use plimsoll::{Label, metric};

#[derive(Clone, Copy, Label)]
enum Tier {
    Free,
    #[label(name = "free")]
    Gratis,
}

#[metric(counter, help = "Searches", labels(tier))]
fn search(tier: Tier) -> usize {
    size_of_val(&tier)
}

fn main() {
    search(Tier::Gratis);
}
