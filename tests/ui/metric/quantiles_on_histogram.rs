use plimsoll::metric;

#[metric(histogram, help = "Time of a search", quantiles = [0.5, 0.99])]
fn search(query: u64) -> u64 {
    query
}

fn main() {
    search(1);
}
