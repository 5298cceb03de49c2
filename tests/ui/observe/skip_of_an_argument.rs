use plimsoll::observe;

#[observe(skip(password))]
fn log_in(password: &str) -> bool {
    password.is_empty()
}

fn main() {
    log_in("");
}
