use plimsoll::observe;

#[observe]
fn total(items: &[u32]) -> u32 {
    items.len()
}

fn main() {
    total(&[]);
}
