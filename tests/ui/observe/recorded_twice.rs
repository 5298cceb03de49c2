use plimsoll::observe;

#[observe(log(public(route)), redact(route = full))]
fn handle(route: &str) -> usize {
    route.len()
}

fn main() {
    handle("/");
}
