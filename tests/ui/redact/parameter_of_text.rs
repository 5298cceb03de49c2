use plimsoll::redact;

#[redact]
struct Page<T> {
    number: u64,
    item: T,
}

fn main() {
    println!("{:?}", Page { number: 1, item: String::new() });
}
