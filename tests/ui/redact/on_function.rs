use plimsoll::redact;

#[redact]
fn register(email: &str) -> usize {
    email.len()
}

fn main() {
    register("x");
}
