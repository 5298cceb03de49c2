use plimsoll::metric;

#[metric(gauge, name = "searches_total", help = "Searches that run")]
fn search(query: u64) -> u64 {
    query
}

fn main() {
    search(1);
}
