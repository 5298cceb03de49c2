use plimsoll::metric;

#[metric(counter, help = "Searches")]
fn _search(query: u64) -> u64 {
    query
}

fn main() {
    _search(1);
}
