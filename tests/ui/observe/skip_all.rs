use plimsoll::observe;

#[observe(skip_all, err)]
fn log_in(password: &str) -> bool {
    password.is_empty()
}

fn main() {
    log_in("");
}
