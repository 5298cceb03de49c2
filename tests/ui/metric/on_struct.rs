use plimsoll::metric;

#[metric(counter, help = "Searches")]
struct Search(u64);

fn main() {
    drop(Search(1).0);
}
