// `p` stands for `::plimsoll::__private`. The attributes that name a link section are left out.
/// Places it.
fn place_order(order: &Order, tier: &Tier) -> Result<Receipt, OrderError> {
    let __samples = if p::active() {
        [
            {
                #[used]
                static METRIC: p::Metric = p::Metric::histogram(
                        "order_value_usd",
                        "Value of an order",
                        &[1.0, 10.0, 100.0],
                    )
                    .unit("usd")
                    .of("place_order", p::module_path!(), p::Measure::Value);
                p::Sample::new(&METRIC, p::value(&order.total), &[])
            },
            {
                #[used]
                static METRIC: p::Metric = p::Metric::counter(
                        "place_order_total",
                        "Places it.",
                    )
                    .labels(&["tier"], &[p::Values::Closed(<Tier as p::Label>::VALUES)])
                    .within(1000)
                    .of("place_order", p::module_path!(), p::Measure::Calls)
                    .when(p::When::Always);
                const __TEXT: &p::core::primitive::str = p::concat!(
                    "\u{1e}{\"metric\":\"place_order_total\",\"module\":\"",
                    p::module_path!(), "\",\"line\":", p::line!(),
                    ",\"fields\":[{\"key\":\"tier\",\"type\":\"Tier\",\"how\":\"closed\",\"class\":\"public\"}]}\u{1f}",
                    p::file!(), "\n"
                );
                #[used]
                static __MAP: [p::core::primitive::u8; __TEXT.len()] = p::text(__TEXT);
                p::Sample::new(
                    &METRIC,
                    0.0,
                    &[<Tier as p::Label>::index(&tier) as p::core::primitive::u32],
                )
            },
        ]
    } else {
        [p::Sample::OFF; 2usize]
    };
    let mut __guard = p::Guard::new();
    p::Guard::enter(
        &mut __guard,
        {
            use metric as _;
            use plimsoll::metric as _;
            #[used]
            static SITE: p::Site = p::Site::new("place_order", p::module_path!())
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
        &__samples,
    );
    if p::Guard::recording(&__guard) {
        p::Guard::log(&mut __guard, "order.id", &order.id);
    }
    let __out: Result<Receipt, OrderError> = '__body: {
        if false {
            break '__body p::never();
        }
        charge(order)
    };
    if p::Guard::is_on(&__guard) {
        use p::classify::*;
        (&&&&p::Probe(&__out)).plimsoll_finish(&mut __guard, p::Verdict::ByType);
    }
    __out
}
