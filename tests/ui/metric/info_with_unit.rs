use plimsoll::{Info, metric};

#[metric(info, name = "feature_flags", unit = "flags", help = "Flags", labels(dark_mode))]
static FLAGS: Info<1>;

fn main() {
    FLAGS.set(["on"]);
}
