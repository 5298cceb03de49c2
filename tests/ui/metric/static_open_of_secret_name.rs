use plimsoll::{Counter, Open, metric};

#[metric(counter, name = "logins", help = "Log-ins", labels(user_name: open(500)))]
static LOGINS: Counter<Open>;

fn main() {
    let _ = &LOGINS;
}
