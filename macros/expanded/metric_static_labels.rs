// `p` stands for `::plimsoll::__private`. The attributes that name a link section are left out.
/// Sold
static REVENUE: plimsoll::Counter<(plimsoll::Open, Product)> = {
    #[used]
    static METRIC: p::Metric = p::Metric::counter("revenue_usd_total", "Sold")
        .unit("usd")
        .labels(
            &["tenant", "product"],
            &[p::Values::Open(500), p::Values::Closed(<Product as p::Label>::VALUES)],
        )
        .within(1000);
    p::Counter::new(&METRIC)
};
