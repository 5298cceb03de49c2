use plimsoll::redact;

#[redact]
struct Customer {
    id: u64,
    #[redact]
    value: std::marker::PhantomData<String>,
}

fn main() {
    println!("{:?}", Customer { id: 1, value: std::marker::PhantomData });
}
