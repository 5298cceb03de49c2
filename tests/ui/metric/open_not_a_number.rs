use plimsoll::metric;

#[metric(counter, help = "Searches", labels(term: open(many)))]
fn search(term: &str) -> usize {
    term.len()
}

fn main() {
    search("x");
}
