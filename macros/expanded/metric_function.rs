// `p` stands for `::plimsoll::__private`. The attributes that name a link section are left out.
pub fn search(query: &Query) -> Vec<Hit> {
    let __samples = if p::active() {
        [
            {
                #[used]
                static METRIC: p::Metric = p::Metric::histogram(
                        "search_duration_seconds",
                        "How long a search takes",
                        &p::BOUNDS,
                    )
                    .unit("seconds")
                    .of("search", p::module_path!(), p::Measure::Duration)
                    .when(p::When::Always);
                p::Sample::new(&METRIC, 0.0, &[])
            },
        ]
    } else {
        [p::Sample::OFF; 1usize]
    };
    let mut __guard = p::Guard::new();
    p::Guard::enter_unseen(
        &mut __guard,
        {
            #[used]
            static SITE: p::Site = p::Site::new("search", p::module_path!())
                .metrics_only();
            &SITE
        },
        &__samples,
    );
    find(query)
}
