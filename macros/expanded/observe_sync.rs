// `p` stands for `::plimsoll::__private`. The attributes that name a link section are left out.
/// Places it.
#[inline]
pub fn place_order(order: &Order) -> Result<Receipt, OrderError> {
    let mut __guard = p::Guard::new();
    p::Guard::enter(
        &mut __guard,
        {
            #[used]
            static SITE: p::Site = p::Site::new("place_order", p::module_path!())
                .kind(p::Kind::Client)
                .level(p::Level::Debug)
                .slow(2000000000u64)
                .fields(&["order.id"]);
            const __TEXT: &p::core::primitive::str = p::concat!(
                "\u{1e}{\"function\":\"place_order\",\"module\":\"", p::module_path!(),
                "\",\"line\":", p::line!(),
                ",\"fields\":[{\"key\":\"order.id\",\"type\":\"&Order\",\"path\":\"id\",\"how\":\"shown\"}]}\u{1f}",
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
    }
    let __out = p::call_once(move || -> Result<Receipt, OrderError> {
        let receipt = charge(order)?;
        Ok(receipt)
    });
    if p::Guard::is_on(&__guard) {
        use p::classify::*;
        (&&&&p::Probe(&__out)).plimsoll_finish(&mut __guard, p::Verdict::ByType);
    }
    __out
}
