// `p` stands for `::plimsoll::__private`. The attributes that name a link section are left out.
fn serve() -> ! {
    let mut __guard = p::Guard::new();
    p::Guard::enter(
        &mut __guard,
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
