use plimsoll::observe;

struct Inventory;

#[observe(slo(success = 99.9))]
impl Inventory {
    fn take(&self) -> u32 {
        1
    }
}

fn main() {
    Inventory.take();
}
