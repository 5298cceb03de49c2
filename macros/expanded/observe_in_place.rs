// `p` stands for `::plimsoll::__private`. The attributes that name a link section are left out.
fn tick(n: u32) {
    let mut __guard = p::Guard::new();
    p::Guard::enter_unseen(
        &mut __guard,
        {
            #[used]
            static SITE: p::Site = p::Site::new("tick", p::module_path!())
                .fields(&["n"]);
            const __TEXT: &p::core::primitive::str = p::concat!(
                "\u{1e}{\"function\":\"tick\",\"module\":\"", p::module_path!(),
                "\",\"line\":", p::line!(),
                ",\"fields\":[{\"key\":\"n\",\"type\":\"u32\",\"how\":\"shown\"}]}\u{1f}",
                p::file!(), "\n"
            );
            #[used]
            static __MAP: [p::core::primitive::u8; __TEXT.len()] = p::text(__TEXT);
            &SITE
        },
        &[],
    );
    if p::Guard::recording(&__guard) {
        p::Guard::log(&mut __guard, "n", &n);
    }
    count(n);
}
