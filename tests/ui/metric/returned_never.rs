use plimsoll::metric;

#[metric(counter, name = "answers", help = "Answers", value = ret)]
fn search(query: u64) -> ! {
    loop {
        std::hint::black_box(query);
    }
}

fn main() {
    search(1);
}
