// `p` stands for `::plimsoll::__private`. The attributes that name a link section are left out.
fn load(&self) -> impl Future<Output = u8> + Send + '_ {
    let inner = p::call_once(move || { self.inner.load() });
    p::future::<
        _,
        u8,
        _,
    >(
        inner,
        {
            #[used]
            static SITE: p::Site = p::Site::new("load", p::module_path!());
            &SITE
        },
        &[],
        |out, call| {
            use p::classify::*;
            (&&&&p::Probe(out)).finish(call, p::Verdict::ByType);
        },
    )
}
