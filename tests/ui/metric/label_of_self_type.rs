use plimsoll::{Label, metric};

#[derive(Clone, Copy, Label)]
enum Tier {
    Free,
}

impl Tier {
    #[metric(counter, help = "Comparisons", labels(other))]
    fn same(self, other: Self) -> bool {
        matches!((self, other), (Tier::Free, Tier::Free))
    }
}

fn main() {
    Tier::Free.same(Tier::Free);
}
