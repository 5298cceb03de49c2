use plimsoll::metric;

#[metric(gauge, help = "Searches that run", when = ok)]
fn search(query: u64) -> u64 {
    query
}

fn main() {
    search(1);
}
