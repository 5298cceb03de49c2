use plimsoll::observe;

#[observe(ok_if = |_| true)]
fn quit() -> ! {
    std::process::exit(0)
}

fn main() {
    quit();
}
