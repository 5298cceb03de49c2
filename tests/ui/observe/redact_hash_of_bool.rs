use plimsoll::observe;

#[observe(redact(known = hash("known")))]
fn keep(known: bool) -> bool {
    known
}

fn main() {
    keep(true);
}
