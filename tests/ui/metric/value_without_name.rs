use plimsoll::metric;

#[metric(counter, help = "Bytes sent", value = query)]
fn search(query: u64) -> u64 {
    query
}

fn main() {
    search(1);
}
