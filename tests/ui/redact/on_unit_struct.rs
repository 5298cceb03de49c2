use plimsoll::redact;

#[redact]
struct Nothing;

fn main() {
    println!("{:?}", Nothing);
}
