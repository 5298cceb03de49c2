use plimsoll::redact;

#[redact]
struct Email(#[redact(email)] String);

fn main() {
    println!("{}", Email(String::new()));
}
