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
    let mut guard = p::Guard::new();
    guard
        .enter_unseen(
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
                &SITE
            },
            &[],
        );
    if guard.recording() {
        guard.log("order.id", &order.id);
        guard.log("self.region", &self.region);
        guard.log("retries", &(attempt + 1));
        guard.log_public("http.route", &route);
        guard.log_public("pair.0.name", &pair.0.name);
        guard.log_redacted("email", p::Strategy::Email, &email);
        guard.log_redacted("card", p::Strategy::Last(4u8), &card);
        guard.log_redacted("user.id", p::Strategy::Hash("user"), &user.id);
        guard.log_hidden("note");
    }
    1
}
