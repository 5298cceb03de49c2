use plimsoll::metric;

#[metric(counter, name = "answers", help = "Answers", value = ret)]
fn search(query: u64) -> impl Future<Output = u64> {
    std::future::ready(query)
}

fn main() {
    drop(search(1));
}
