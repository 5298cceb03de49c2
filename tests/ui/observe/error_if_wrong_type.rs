use plimsoll::observe;

#[observe(error_if = |status: &u16| status.is_empty())]
fn fetch() -> u16 {
    200
}

fn main() {
    fetch();
}
