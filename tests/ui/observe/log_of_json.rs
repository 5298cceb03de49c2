use plimsoll::observe;

#[observe(log(body))]
fn keep(body: &serde_json::Value) -> bool {
    body.is_null()
}

fn main() {
    keep(&serde_json::Value::Null);
}
