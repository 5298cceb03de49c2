use plimsoll::metric;

#[metric(counter, help = "Searches", labels(term: open(100_000)))]
fn search(term: &str) -> usize {
    term.len()
}

fn main() {
    search("x");
}
