use plimsoll::metric;

#[metric(gauge, help = "Searches that run", labels(odd: bool = ret % 2 == 1))]
fn search(query: u64) -> u64 {
    query
}

fn main() {
    search(1);
}
