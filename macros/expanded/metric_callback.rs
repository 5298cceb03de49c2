// `p` stands for `::plimsoll::__private`. The attributes that name a link section are left out.
#[cfg(feature = "pool")]
fn connections() -> Vec<((Pool, bool), usize)> {
    count()
}
#[cfg(feature = "pool")]
const _: () = {
    #[used]
    static METRIC: p::Metric = p::Metric::gauge("connections", "Idle")
        .labels(
            &["pool", "busy"],
            &[
                p::Values::Closed(<Pool as p::Label>::VALUES),
                p::Values::Closed(<bool as p::Label>::VALUES),
            ],
        )
        .within(1000)
        .read(|give| p::read_each::<(Pool, bool), _, _>(connections, give));
    const __TEXT: &p::core::primitive::str = p::concat!(
        "\u{1e}{\"metric\":\"connections\",\"module\":\"", p::module_path!(),
        "\",\"line\":", p::line!(),
        ",\"fields\":[{\"key\":\"pool\",\"type\":\"Pool\",\"how\":\"closed\",\"class\":\"public\"},{\"key\":\"busy\",\"type\":\"bool\",\"how\":\"closed\",\"class\":\"public\"}]}\u{1f}",
        p::file!(), "\n"
    );
    #[used]
    static __MAP: [p::core::primitive::u8; __TEXT.len()] = p::text(__TEXT);
};
