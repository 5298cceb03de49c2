// `p` stands for `::plimsoll::__private`. The attributes that name a link section are left out.
fn f() {
    let __event: &'static p::Event = {
        static EVENT: p::Event = p::Event::new(
            p::Level::Info,
            "order placed",
            "shop",
            &["message", "order.id", "lines", "route", "order.email", "card", "note"],
        );
        const __TEXT: &p::core::primitive::str = p::concat!(
            "\u{1e}{\"event\":\"order placed\",\"module\":\"", p::module_path!(),
            "\",\"line\":", p::line!(),
            ",\"fields\":[{\"key\":\"order.id\",\"how\":\"shown\"},{\"key\":\"lines\",\"path\":\"(lines.len() + 1)\",\"how\":\"shown\"},{\"key\":\"route\",\"how\":\"public\",\"class\":\"public\"},{\"key\":\"order.email\",\"how\":\"hash(\\\"customer\\\")\",\"class\":\"pii\"},{\"key\":\"card\",\"how\":\"last(4)\",\"class\":\"pii\"},{\"key\":\"note\",\"how\":\"full\",\"class\":\"pii\"}]}\u{1f}",
            p::file!(), "\n"
        );
        #[used]
        static __MAP: [p::core::primitive::u8; __TEXT.len()] = p::text(__TEXT);
        &EVENT
    };
    if p::Event::is_on(__event) {
        match (&order.id, &(lines.len() + 1), &route, &order.email, &card, &note) {
            (__value0, __value1, __value2, __value3, __value4, __value5) => {
                p::Event::say(
                    __event,
                    &mut |__said: &mut p::Said<'_>| {
                        p::Said::log(__said, "order.id", __value0);
                        p::Said::log(__said, "lines", __value1);
                        p::Said::public(__said, "route", __value2);
                        p::Said::redacted(
                            __said,
                            "order.email",
                            p::Strategy::Hash("customer"),
                            __value3,
                        );
                        p::Said::redacted(
                            __said,
                            "card",
                            p::Strategy::Last(4u8),
                            __value4,
                        );
                        let _ = __value5;
                        p::Said::hidden(__said, "note");
                    },
                )
            }
        }
    }
}
