use plimsoll::metric;

#[metric(gauge, name = "search_load_percent", help = "Load", value = query)]
fn search(query: u64) -> u64 {
    query
}

fn main() {
    search(1);
}
