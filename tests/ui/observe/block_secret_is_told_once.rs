use plimsoll::observe;

struct Bank;

#[observe(log(card))]
impl Bank {
    fn charge(&self, card: u64) -> u64 {
        card
    }

    fn refund(&self, card: u64) -> u64 {
        card
    }
}

fn main() {
    Bank.charge(1);
    Bank.refund(1);
}
