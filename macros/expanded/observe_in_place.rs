// `p` stands for `::plimsoll::__private`. The attributes that name a link section are left out.
fn tick(n: u32) {
    let mut __guard = p::Guard::new();
    p::Guard::enter_unseen(
        &mut __guard,
        {
            #[used]
            static SITE: p::Site = p::Site::new("tick", p::module_path!())
                .fields(&["n"]);
            &SITE
        },
        &[],
    );
    if p::Guard::recording(&__guard) {
        p::Guard::log(&mut __guard, "n", &n);
    }
    count(n);
}
