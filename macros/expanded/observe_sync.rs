// `p` stands for `::plimsoll::__private`. The attributes that name a link section are left out.
/// Places it.
#[inline]
pub fn place_order(order: &Order) -> Result<Receipt, OrderError> {
    let mut guard = p::Guard::new();
    guard
        .enter(
            {
                #[used]
                static SITE: p::Site = p::Site::new("place_order", p::module_path!())
                    .kind(p::Kind::Client)
                    .level(p::Level::Debug)
                    .slow(2000000000u64)
                    .fields(&["order.id"]);
                &SITE
            },
            &[],
        );
    if guard.recording() {
        guard.log("order.id", &order.id);
    }
    let out = p::call_once(move || -> Result<Receipt, OrderError> {
        let receipt = charge(order)?;
        Ok(receipt)
    });
    if guard.is_on() {
        use p::classify::*;
        (&&&&p::Probe(&out)).finish(&mut guard, p::Verdict::ByType);
    }
    out
}
