use plimsoll::observe;

#[observe(log(id), redact(id = last(4)))]
fn keep(id: u64) -> u64 {
    id
}

fn main() {
    keep(1);
}
