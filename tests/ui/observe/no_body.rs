use plimsoll::observe;

trait Store {
    #[observe]
    fn load(&self) -> u32;
}

struct Memory;

impl Store for Memory {
    fn load(&self) -> u32 {
        1
    }
}

fn main() {
    Memory.load();
}
