// `p` stands for `::plimsoll::__private`. The attributes that name a link section are left out.
fn place(order: &Order) -> Receipt {
    let __samples = if p::active() {
        [
            {
                #[used]
                static METRIC: p::Metric = p::Metric::summary("order_value_usd", "Value")
                    .unit("usd")
                    .of("place", p::module_path!(), p::Measure::Value)
                    .when(p::When::Always);
                p::Sample::new(&METRIC, p::value(&order.total), &[])
            },
            {
                #[used]
                static METRIC: p::Metric = p::Metric::histogram(
                        "place_duration_seconds",
                        "Time",
                        &[0.001, 0.004, 0.016, 0.064, 0.256, 1.024],
                    )
                    .unit("seconds")
                    .of("place", p::module_path!(), p::Measure::Duration)
                    .when(p::When::Error);
                p::Sample::new(&METRIC, 0.0, &[])
            },
        ]
    } else {
        [p::Sample::OFF; 2usize]
    };
    let __late;
    let mut __guard = p::Guard::new();
    p::Guard::enter(
        &mut __guard,
        {
            use metric as _;
            #[used]
            static SITE: p::Site = p::Site::new("place", p::module_path!())
                .metrics_only();
            &SITE
        },
        &__samples,
    );
    let __out: Receipt = '__body: {
        if false {
            break '__body p::never();
        }
        charge(order)
    };
    if p::Guard::is_on(&__guard) {
        use p::classify::*;
        __late = [
            {
                #[used]
                static METRIC: p::Metric = p::Metric::counter(
                        "sold_items_total",
                        "Items",
                    )
                    .labels(&["tier"], &[p::Values::Closed(<Tier as p::Label>::VALUES)])
                    .within(1000)
                    .of("place", p::module_path!(), p::Measure::Value);
                const __TEXT: &p::core::primitive::str = p::concat!(
                    "\u{1e}{\"metric\":\"sold_items_total\",\"module\":\"",
                    p::module_path!(), "\",\"line\":", p::line!(),
                    ",\"fields\":[{\"key\":\"tier\",\"type\":\"Tier\",\"how\":\"closed\",\"class\":\"public\"}]}\u{1f}",
                    p::file!(), "\n"
                );
                #[used]
                static __MAP: [p::core::primitive::u8; __TEXT.len()] = p::text(__TEXT);
                let ret = &__out;
                p::Sample::new(
                    &METRIC,
                    p::value(&ret.items),
                    &[<Tier as p::Label>::index(&ret.tier) as p::core::primitive::u32],
                )
            },
            __samples[0],
            __samples[1],
        ];
        p::Guard::late(&mut __guard, &__late);
        (&&&&p::Probe(&__out)).plimsoll_finish(&mut __guard, p::Verdict::ByType);
    }
    __out
}
