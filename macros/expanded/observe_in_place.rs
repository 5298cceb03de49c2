// `p` stands for `::plimsoll::__private`. The attributes that name a link section are left out.
fn tick(n: u32) {
    let mut slot = p::Slot::new();
    let mut scope = slot
        .guard(
            {
                #[used]
                static SITE: p::Site = p::Site::new("tick", p::module_path!())
                    .fields(&["n"]);
                &SITE
            },
            &[],
        );
    if scope.recording() {
        scope.log("n", &n);
    }
    count(n);
}
