use plimsoll::metric;

#[metric(counter, help = "Searches", budget = 10)]
fn search(query: u64) -> u64 {
    query
}

fn main() {
    search(1);
}
