use plimsoll::observe;

#[observe(redact(emails = each))]
fn keep(emails: &[String]) -> usize {
    emails.len()
}

fn main() {
    keep(&[]);
}
