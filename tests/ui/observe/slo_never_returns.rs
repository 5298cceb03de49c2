use plimsoll::observe;

#[observe(slo(success = 99.9))]
fn serve() -> ! {
    loop {}
}

fn main() {
    serve();
}
