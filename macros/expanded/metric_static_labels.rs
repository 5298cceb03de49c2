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
    const __TEXT: &p::core::primitive::str = p::concat!(
        "\u{1e}{\"metric\":\"revenue_usd_total\",\"module\":\"", p::module_path!(),
        "\",\"line\":", p::line!(),
        ",\"fields\":[{\"key\":\"tenant\",\"how\":\"open(500)\",\"class\":\"public\"},{\"key\":\"product\",\"type\":\"Product\",\"how\":\"closed\",\"class\":\"public\"}]}\u{1f}",
        p::file!(), "\n"
    );
    #[used]
    static __MAP: [p::core::primitive::u8; __TEXT.len()] = p::text(__TEXT);
    p::Counter::new(&METRIC)
};
