use plimsoll::metric;

#[metric(counter, name = "searched_bytes_total", help = "Bytes", value = query)]
fn search(query: &str) -> usize {
    query.len()
}

fn main() {
    search("x");
}
