use plimsoll::metric;

#[metric(counter, help = "Searches", labels(term: open(0)))]
fn search(term: &str) -> usize {
    term.len()
}

fn main() {
    search("x");
}
