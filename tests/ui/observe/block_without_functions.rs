use plimsoll::observe;

#[observe]
trait Stock {
    fn count(&self) -> u32;
}

struct Shelf;

impl Stock for Shelf {
    fn count(&self) -> u32 {
        1
    }
}

fn main() {
    Shelf.count();
}
