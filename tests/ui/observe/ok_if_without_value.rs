use plimsoll::observe;

#[observe(ok_if)]
fn find() -> Option<u16> {
    None
}

fn main() {
    find();
}
