use plimsoll::metric;

#[metric(counter = "searches", help = "Searches")]
fn search(query: u64) -> u64 {
    query
}

fn main() {
    search(1);
}
