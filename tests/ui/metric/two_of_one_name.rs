use plimsoll::metric;

#[metric(counter, help = "Searches")]
#[metric(counter, help = "Searches, again", value = query, name = "search")]
fn search(query: u64) -> u64 {
    query
}

fn main() {
    search(1);
}
