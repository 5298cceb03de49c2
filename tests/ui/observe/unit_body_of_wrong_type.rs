use plimsoll::observe;

#[observe]
fn tick(count: &mut u32) {
    *count + 1
}

fn main() {
    tick(&mut 1);
}
