use plimsoll::redact;

#[redact]
union Either {
    number: u64,
    #[redact]
    bits: [u8; 8],
}

fn main() {
    println!("{:?}", unsafe { Either { number: 1 }.number });
}
