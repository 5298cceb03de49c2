// `p` stands for `::plimsoll::__private`. The attributes that name a link section are left out.
/// Places it.
fn place_order(order: &Order, tier: &Tier) -> Result<Receipt, OrderError> {
    let samples = if p::active() {
        [
            {
                #[used]
                static METRIC: p::Metric = p::Metric::histogram(
                        "order_value_usd",
                        "Value of an order",
                        &[1.0, 10.0, 100.0],
                    )
                    .of("place_order", p::module_path!(), p::Measure::Value);
                p::Sample::new(&METRIC, p::value(&order.total), &[])
            },
            {
                #[used]
                static METRIC: p::Metric = p::Metric::counter(
                        "place_order_total",
                        "Places it.",
                    )
                    .labels(&["tier"], &[<Tier as p::Label>::VALUES])
                    .of("place_order", p::module_path!(), p::Measure::Calls);
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
    let mut guard = p::Guard::new();
    guard
        .enter(
            {
                use metric as _;
                use plimsoll::metric as _;
                #[used]
                static SITE: p::Site = p::Site::new("place_order", p::module_path!())
                    .fields(&["order.id"]);
                &SITE
            },
            &samples,
        );
    if guard.recording() {
        guard.log("order.id", &order.id);
    }
    let out: Result<Receipt, OrderError> = { charge(order) };
    if guard.is_on() {
        use p::classify::*;
        (&&&&p::Probe(&out)).finish(&mut guard, p::Verdict::ByType);
    }
    out
}
