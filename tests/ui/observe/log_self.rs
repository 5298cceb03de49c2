use plimsoll::observe;

struct Cart {
    id: u64,
}

impl Cart {
    #[observe(log(self))]
    fn total(&self) -> u64 {
        self.id
    }
}

fn main() {
    Cart { id: 1 }.total();
}
