// `p` stands for `::plimsoll::__private`. The attributes that name a link section are left out.
fn tick(n: u32) {
    let mut guard = p::Guard::new();
    guard
        .enter_unseen(
            {
                #[used]
                static SITE: p::Site = p::Site::new("tick", p::module_path!())
                    .fields(&["n"]);
                &SITE
            },
            &[],
        );
    if guard.recording() {
        guard.log("n", &n);
    }
    count(n);
}
