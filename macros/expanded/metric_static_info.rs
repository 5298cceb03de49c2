// `p` stands for `::plimsoll::__private`. The attributes that name a link section are left out.
static FLAGS: plimsoll::Info<2> = {
    #[used]
    static METRIC: p::Metric = p::Metric::info("feature_flags_info", "Flags")
        .labels(&["dark_mode", "cohort"], &[]);
    p::Info::new(&METRIC)
};
