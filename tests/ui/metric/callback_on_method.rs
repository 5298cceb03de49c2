use plimsoll::observe;

struct Pool;

#[observe]
impl Pool {
    #[plimsoll::metric(gauge, help = "Open connections", callback)]
    fn connections() -> u64 {
        1
    }
}

fn main() {
    Pool::connections();
}
