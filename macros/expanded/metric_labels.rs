// `p` stands for `::plimsoll::__private`. The attributes that name a link section are left out.
/// Orders placed, however they end.
///
/// More text.
async fn place(order: &Order, tier: &Tier) -> io::Result<()> {
    let samples = if p::active() {
        [
            {
                #[used]
                static METRIC: p::Metric = p::Metric::counter(
                        "place_total",
                        "Orders placed, however they end.",
                    )
                    .labels(
                        &["tier", "region"],
                        &[p::values::<Tier>(), p::values::<Region>()],
                    )
                    .of("place", p::module_path!(), p::Measure::Calls);
                p::Sample::new(
                    &METRIC,
                    0.0,
                    &[p::label::<Tier>(&tier), p::label::<Region>(&order.address.region)],
                )
            },
        ]
    } else {
        [p::Sample::OFF; 1usize]
    };
    let mut slot = p::Slot::new();
    let mut scope = slot
        .enter_async(
            {
                #[used]
                static SITE: p::Site = p::Site::new("place", p::module_path!())
                    .metrics_only();
                &SITE
            },
            &samples,
        );
    let out = scope
        .run(async move {
            if false {
                return p::never::<io::Result<()>>();
            }
            Ok(())
        })
        .await;
    {
        use p::classify::*;
        (&&&&p::Probe(&out)).finish(scope, false);
    }
    out
}
