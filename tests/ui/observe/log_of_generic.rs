use plimsoll::observe;

#[observe(log(item))]
fn keep<T>(item: T) -> T {
    item
}

fn main() {
    keep(1);
}
