use plimsoll::metric;

#[metric(counter, help = "Searches", labels(term: open))]
fn search(term: &str) -> usize {
    term.len()
}

fn main() {
    search("x");
}
