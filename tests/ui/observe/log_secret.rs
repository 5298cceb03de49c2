use plimsoll::observe;

#[observe(log(customer, pin))]
fn unlock(customer: u64, pin: u32) -> bool {
    customer > 0 && pin == 0
}

fn main() {
    unlock(1, 2);
}
