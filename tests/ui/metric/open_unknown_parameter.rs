use plimsoll::metric;

#[metric(counter, help = "Searches", labels(trem: open(10)))]
fn search(term: &str) -> usize {
    term.len()
}

fn main() {
    search("x");
}
