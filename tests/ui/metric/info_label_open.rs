use plimsoll::{Info, metric};

#[metric(info, name = "feature_flags", help = "Flags", labels(dark_mode: open(2), cohort))]
static FLAGS: Info<2>;

fn main() {
    FLAGS.set(["on", "b"]);
}
