use plimsoll::metric;

#[metric(counter, help = "Searches", labels(kind: u64 = query + 1))]
fn search(query: u64) -> u64 {
    query
}

fn main() {
    search(1);
}
