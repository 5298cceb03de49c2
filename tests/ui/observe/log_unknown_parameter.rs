use plimsoll::observe;

#[observe(log(usr_id))]
fn load(user_id: u64) -> u64 {
    user_id
}

fn main() {
    load(1);
}
