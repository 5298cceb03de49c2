use plimsoll::{Info, metric};

#[metric(info, name = "feature_flags", help = "Flags", labels(dark_mode, cohort))]
static FLAGS: Info<3>;

fn main() {
    FLAGS.set(["on", "b", "c"]);
}
