use plimsoll::observe;

#[observe(error_if = |_| true)]
fn quit() -> ! {
    std::process::exit(0)
}

fn main() {
    quit();
}
