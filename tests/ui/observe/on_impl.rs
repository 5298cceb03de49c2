use plimsoll::observe;

struct Inventory;

#[observe]
impl Inventory {
    fn count(&self) -> u32 {
        1
    }
}

fn main() {
    Inventory.count();
}
