// `p` stands for `::plimsoll::__private`. The attributes that name a link section are left out.
/// Orders placed, however they end.
///
/// More text.
async fn place(order: &Order, tier: &Tier) -> io::Result<()> {
    let __samples = if p::active() {
        [
            {
                #[used]
                static METRIC: p::Metric = p::Metric::counter(
                        "place_total",
                        "Orders placed, however they end.",
                    )
                    .labels(
                        &["tier", "region", "tenant", "source"],
                        &[
                            p::Values::Closed(<Tier as p::Label>::VALUES),
                            p::Values::Closed(<Region as p::Label>::VALUES),
                            p::Values::Open(500),
                            p::Values::Closed(&["web"]),
                        ],
                    )
                    .within(2000)
                    .of("place", p::module_path!(), p::Measure::Calls)
                    .when(p::When::Always);
                const __TEXT: &p::core::primitive::str = p::concat!(
                    "\u{1e}{\"metric\":\"place_total\",\"module\":\"", p::module_path!(),
                    "\",\"line\":", p::line!(),
                    ",\"fields\":[{\"key\":\"tier\",\"type\":\"Tier\",\"how\":\"closed\",\"class\":\"public\"},{\"key\":\"region\",\"type\":\"Region\",\"how\":\"closed\",\"class\":\"public\"},{\"key\":\"tenant\",\"how\":\"open(500)\",\"class\":\"public\"},{\"key\":\"source\",\"how\":\"constant\",\"class\":\"public\"}]}\u{1f}",
                    p::file!(), "\n"
                );
                #[used]
                static __MAP: [p::core::primitive::u8; __TEXT.len()] = p::text(__TEXT);
                p::Sample::new(
                    &METRIC,
                    0.0,
                    &[
                        <Tier as p::Label>::index(&tier) as p::core::primitive::u32,
                        <Region as p::Label>::index(&order.address.region)
                            as p::core::primitive::u32,
                        p::open(&METRIC, 2, &order.tenant),
                        0,
                    ],
                )
            },
        ]
    } else {
        [p::Sample::OFF; 1usize]
    };
    let mut __guard = p::Guard::new();
    p::Guard::enter_async(
        &mut __guard,
        {
            #[used]
            static SITE: p::Site = p::Site::new("place", p::module_path!())
                .metrics_only();
            &SITE
        },
        &__samples,
    );
    let __out = p::Guard::run(
            &mut __guard,
            async move {
                if false {
                    return p::never::<io::Result<()>>();
                }
                Ok(())
            },
        )
        .await;
    if p::Guard::is_on(&__guard) {
        use p::classify::*;
        (&&&&p::Probe(&__out)).plimsoll_finish(&mut __guard, p::Verdict::ByType);
    }
    __out
}
