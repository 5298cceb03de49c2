use plimsoll::metric;

#[metric(counter, help = "Loads", labels(share))]
fn load(share: f64) -> f64 {
    share
}

fn main() {
    load(0.5);
}
