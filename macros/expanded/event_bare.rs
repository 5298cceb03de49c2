// `p` stands for `::plimsoll::__private`. The attributes that name a link section are left out.
fn f() {
    static EVENT: obs::__private::Event = obs::__private::Event::new(
        plimsoll::Level::Warn,
        "the shop closes",
        obs::__private::module_path!(),
        &["message"],
    );
    if obs::__private::Event::is_on(&EVENT) {
        obs::__private::Event::say(&EVENT, &mut |_| {})
    }
}
