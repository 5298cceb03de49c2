// `p` stands for `::plimsoll::__private`. The attributes that name a link section are left out.
/// Sign-ups
static SIGNUPS: plimsoll::Counter<(Tier, Source)> = {
    #[used]
    static METRIC: p::Metric = p::Metric::counter("signups_total", "Sign-ups")
        .labels(
            &["tier", "source"],
            &[
                p::Values::Closed(<Tier as p::Label>::VALUES),
                p::Values::Closed(<Source as p::Label>::VALUES),
            ],
        );
    p::Counter::new(&METRIC)
};
