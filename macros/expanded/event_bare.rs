// `p` stands for `::plimsoll::__private`. The attributes that name a link section are left out.
fn f() {
    let __event: &'static obs::__private::Event = {
        static EVENT: obs::__private::Event = obs::__private::Event::new(
            plimsoll::Level::Warn,
            "the shop closes",
            obs::__private::module_path!(),
            &["message"],
        );
        &EVENT
    };
    if obs::__private::Event::is_on(__event) {
        obs::__private::Event::say(__event, &mut |_| {})
    }
}
