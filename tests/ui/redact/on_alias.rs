use plimsoll::redact;

#[redact]
type Email = String;

fn main() {
    drop(Email::new());
}
