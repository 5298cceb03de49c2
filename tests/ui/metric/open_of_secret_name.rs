use plimsoll::metric;

#[metric(counter, help = "Searches", labels(email: open(10)))]
fn search(email: &str) -> usize {
    email.len()
}

fn main() {
    search("x");
}
