use plimsoll::metric;

#[metric(counter, help = "Searches", labels(term))]
fn search(term: String) -> usize {
    term.len()
}

fn main() {
    search(String::new());
}
