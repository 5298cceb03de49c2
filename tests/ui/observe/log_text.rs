use plimsoll::observe;

#[observe(log(note))]
fn keep(note: &str) -> usize {
    note.len()
}

fn main() {
    keep("x");
}
