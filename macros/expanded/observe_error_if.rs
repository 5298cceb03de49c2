// `p` stands for `::plimsoll::__private`. The attributes that name a link section are left out.
fn get() -> u16 {
    let mut guard = p::Guard::new();
    guard
        .enter(
            {
                #[used]
                static SITE: p::Site = p::Site::new("http.get", p::module_path!());
                &SITE
            },
            &[],
        );
    let out: u16 = { 500 };
    if guard.is_on() {
        use p::classify::*;
        (&&&&p::Probe(&out))
            .finish(&mut guard, p::error_if(&out, |out: &u16| *out >= 500));
    }
    out
}
