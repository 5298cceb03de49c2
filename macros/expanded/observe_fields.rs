// `p` stands for `::plimsoll::__private`. The attributes that name a link section are left out.
fn f(
    &self,
    order: &Order,
    attempt: u32,
    route: &str,
    pair: Pair,
    email: &str,
    card: &str,
    user: &User,
    note: &str,
) -> u32 {
    let mut __guard = p::Guard::new();
    p::Guard::enter_unseen(
        &mut __guard,
        {
            #[used]
            static SITE: p::Site = p::Site::new("f", p::module_path!())
                .fields(
                    &[
                        "order.id",
                        "self.region",
                        "retries",
                        "http.route",
                        "pair.0.name",
                        "email",
                        "card",
                        "user.id",
                        "note",
                    ],
                );
            const __TEXT: &p::core::primitive::str = p::concat!(
                "\u{1e}{\"function\":\"f\",\"module\":\"", p::module_path!(),
                "\",\"line\":", p::line!(),
                ",\"fields\":[{\"key\":\"order.id\",\"type\":\"&Order\",\"path\":\"id\",\"how\":\"shown\"},{\"key\":\"self.region\",\"path\":\"region\",\"how\":\"shown\"},{\"key\":\"retries\",\"how\":\"shown\"},{\"key\":\"http.route\",\"type\":\"&str\",\"how\":\"public\",\"class\":\"public\"},{\"key\":\"pair.0.name\",\"type\":\"Pair\",\"path\":\"0.name\",\"how\":\"public\",\"class\":\"public\"},{\"key\":\"email\",\"type\":\"&str\",\"how\":\"email\",\"class\":\"pii\"},{\"key\":\"card\",\"type\":\"&str\",\"how\":\"last(4)\",\"class\":\"pii\"},{\"key\":\"user.id\",\"type\":\"&User\",\"path\":\"id\",\"how\":\"hash(\\\"user\\\")\",\"class\":\"pii\"},{\"key\":\"note\",\"type\":\"&str\",\"how\":\"full\",\"class\":\"pii\"}]}\u{1f}",
                p::file!(), "\n"
            );
            #[used]
            static __MAP: [p::core::primitive::u8; __TEXT.len()] = p::text(__TEXT);
            &SITE
        },
        &[],
    );
    if p::Guard::recording(&__guard) {
        p::Guard::log(&mut __guard, "order.id", &order.id);
        p::Guard::log(&mut __guard, "self.region", &self.region);
        p::Guard::log(&mut __guard, "retries", &(attempt + 1));
        p::Guard::log_public(&mut __guard, "http.route", &route);
        p::Guard::log_public(&mut __guard, "pair.0.name", &pair.0.name);
        p::Guard::log_redacted(&mut __guard, "email", p::Strategy::Email, &email);
        p::Guard::log_redacted(&mut __guard, "card", p::Strategy::Last(4u8), &card);
        p::Guard::log_redacted(
            &mut __guard,
            "user.id",
            p::Strategy::Hash("user"),
            &user.id,
        );
        p::Guard::log_hidden(&mut __guard, "note");
    }
    1
}
