use plimsoll::observe;

#[observe]
async fn total(items: Vec<u32>) -> u32 {
    if items.is_empty() {
        return "none";
    }
    0
}

fn main() {
    drop(total(Vec::new()));
}
