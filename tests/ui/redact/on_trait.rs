use plimsoll::redact;

#[redact]
trait Contact {
    fn email(&self) -> &str;
}

impl Contact for String {
    fn email(&self) -> &str {
        self
    }
}

fn main() {
    println!("{}", String::new().email());
}
