use plimsoll::observe;

#[observe(kind = cleint)]
fn charge() -> u32 {
    1
}

fn main() {
    charge();
}
