// `p` stands for `::plimsoll::__private`. The attributes that name a link section are left out.
pub static ACTIVE: plimsoll::Gauge = {
    #[used]
    static METRIC: p::Metric = p::Metric::gauge(
        "websocket_active_connections",
        "Open connections",
    );
    p::Gauge::new(&METRIC)
};
