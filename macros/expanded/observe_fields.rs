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
    let mut slot = p::Slot::new();
    let mut scope = slot
        .guard(
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
    if scope.recording() {
        scope.log("order.id", &order.id);
        scope.log("self.region", &self.region);
        scope.log("retries", &(attempt + 1));
        scope.log_public("http.route", &route);
        scope.log_public("pair.0.name", &pair.0.name);
        scope.log_redacted("email", p::Strategy::Email, &email);
        scope.log_redacted("card", p::Strategy::Last(4u8), &card);
        scope.log_redacted("user.id", p::Strategy::Hash("user"), &user.id);
        scope.log_hidden("note");
    }
    1
}
