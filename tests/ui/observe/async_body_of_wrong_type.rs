use plimsoll::observe;

#[observe]
async fn total(items: Vec<u32>) -> Result<u32, String> {
    if items.is_empty() {
        return Err(1);
    }
    Ok(0)
}

fn main() {
    drop(total(Vec::new()));
}
