// `p` stands for `::plimsoll::__private`. The attributes that name a link section are left out.
fn load(&self) -> impl Future<Output = u8> + Send + '_ {
    let __inner = p::call_once(move || { self.inner.load() });
    p::future::<
        _,
        u8,
        _,
    >(
        __inner,
        {
            #[used]
            static SITE: p::Site = p::Site::new("load", p::module_path!());
            &SITE
        },
        &[],
        |__out, __call| {
            use p::classify::*;
            (&&&&p::Probe(__out)).plimsoll_finish(__call, p::Verdict::ByType);
        },
    )
}
