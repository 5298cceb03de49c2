use plimsoll::observe;

#[observe]
mod stock {
    pub fn count() -> u32 {
        1
    }
}

fn main() {
    stock::count();
}
