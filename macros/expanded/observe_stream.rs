// `p` stands for `::plimsoll::__private`. The attributes that name a link section are left out.
fn rows(&self) -> impl Stream<Item = Row> + '_ {
    let __inner = p::call_once(move || { self.pool.rows() });
    p::stream::<
        _,
        Row,
        _,
    >(
        __inner,
        {
            #[used]
            static SITE: p::Site = p::Site::new("rows", p::module_path!()).stream();
            &SITE
        },
        &[],
        |__out, __call| {
            use p::classify::*;
            (&&&&p::Probe(__out)).plimsoll_step(__call, p::error_if(__out, Row::is_bad));
        },
    )
}
