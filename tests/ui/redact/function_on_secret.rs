use plimsoll::redact;

#[redact]
struct Customer {
    id: u64,
    #[redact(class = secret, with = masked)]
    value: String,
}

fn masked(_: &str, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
    f.write_str("***")
}

fn main() {
    println!("{:?}", Customer { id: 1, value: String::new() });
}
