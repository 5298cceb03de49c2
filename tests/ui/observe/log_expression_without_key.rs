use plimsoll::observe;

#[observe(log(items.len()))]
fn total(items: &[u64]) -> u64 {
    items.iter().sum()
}

fn main() {
    total(&[1]);
}
