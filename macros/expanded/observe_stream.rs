// `p` stands for `::plimsoll::__private`. The attributes that name a link section are left out.
fn rows(&self) -> impl Stream<Item = Row> + '_ {
    let inner = p::call_once(move || { self.pool.rows() });
    p::stream::<
        _,
        Row,
        _,
    >(
        inner,
        {
            #[used]
            static SITE: p::Site = p::Site::new("rows", p::module_path!()).stream();
            &SITE
        },
        &[],
        |out, call| {
            use p::classify::*;
            (&&&&p::Probe(out)).step(call, p::error_if(out, Row::is_bad));
        },
    )
}
