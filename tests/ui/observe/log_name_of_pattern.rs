use plimsoll::observe;

#[observe(log(pair))]
fn add((left, right): (u64, u64)) -> u64 {
    left + right
}

fn main() {
    add((1, 2));
}
