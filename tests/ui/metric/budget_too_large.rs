use plimsoll::metric;

#[metric(counter, help = "Searches", labels(term: open(10)), budget = 1_000_000)]
fn search(term: &str) -> usize {
    term.len()
}

fn main() {
    search("x");
}
