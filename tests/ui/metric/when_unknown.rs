use plimsoll::metric;

#[metric(counter, help = "Searches", when = maybe)]
fn search(query: u64) -> u64 {
    query
}

fn main() {
    search(1);
}
