use plimsoll::{Info, metric};

#[metric(info, name = "feature_flags", help = "Flags")]
static FLAGS: Info<0>;

fn main() {
    FLAGS.set([]);
}
