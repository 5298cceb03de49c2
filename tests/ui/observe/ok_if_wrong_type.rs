use plimsoll::observe;

#[observe(ok_if = |found: &Option<u16>| found)]
fn find() -> Option<u16> {
    None
}

fn main() {
    find();
}
