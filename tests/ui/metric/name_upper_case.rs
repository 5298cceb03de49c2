use plimsoll::metric;

#[metric(counter, name = "SearchesTotal", help = "Searches")]
fn search(query: u64) -> u64 {
    query
}

fn main() {
    search(1);
}
