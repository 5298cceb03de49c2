use plimsoll::observe;

#[observe(log(name))]
fn keep(name: impl Into<String>) -> String {
    name.into()
}

fn main() {
    keep("x");
}
