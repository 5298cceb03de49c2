// `p` stands for `::plimsoll::__private`. The attributes that name a link section are left out.
fn serve() -> ! {
    let mut slot = p::Slot::new();
    let _scope = slot
        .enter(
            {
                #[used]
                static SITE: p::Site = p::Site::new("serve", p::module_path!());
                &SITE
            },
            &[],
        );
    loop {
        step()
    }
}
