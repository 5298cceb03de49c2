use plimsoll::observe;

#[observe(redact(user = hash))]
fn register(user: &str) -> usize {
    user.len()
}

fn main() {
    register("x");
}
