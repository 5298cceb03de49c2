use plimsoll::observe;

#[observe(redact(email = emial))]
fn register(email: &str) -> usize {
    email.len()
}

fn main() {
    register("x@example.org");
}
