// `p` stands for `::plimsoll::__private`. The attributes that name a link section are left out.
static FLAGS: plimsoll::Info<2> = {
    #[used]
    static METRIC: p::Metric = p::Metric::info("feature_flags_info", "Flags")
        .labels(&["dark_mode", "cohort"], &[]);
    const __TEXT: &p::core::primitive::str = p::concat!(
        "\u{1e}{\"metric\":\"feature_flags_info\",\"module\":\"", p::module_path!(),
        "\",\"line\":", p::line!(),
        ",\"fields\":[{\"key\":\"dark_mode\",\"how\":\"set\",\"class\":\"public\"},{\"key\":\"cohort\",\"how\":\"set\",\"class\":\"public\"}]}\u{1f}",
        p::file!(), "\n"
    );
    #[used]
    static __MAP: [p::core::primitive::u8; __TEXT.len()] = p::text(__TEXT);
    p::Info::new(&METRIC)
};
