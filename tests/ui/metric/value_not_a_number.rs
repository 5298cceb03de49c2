use plimsoll::metric;

#[metric(counter, name = "searched_bytes", help = "Bytes", value = query)]
fn search(query: &str) -> usize {
    query.len()
}

fn main() {
    search("x");
}
