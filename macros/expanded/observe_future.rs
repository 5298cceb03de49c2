// `p` stands for `::plimsoll::__private`. The attributes that name a link section are left out.
fn load(&self) -> impl Future<Output = u8> + Send + '_ {
    let inner = p::call_once(move || { self.inner.load() });
    async move {
        let mut slot = p::Slot::new();
        let mut scope = slot
            .enter_async(
                {
                    #[used]
                    static SITE: p::Site = p::Site::new("load", p::module_path!());
                    &SITE
                },
                &[],
            );
        let out: u8 = scope.run(inner).await;
        {
            use p::classify::*;
            (&&&&p::Probe(&out)).finish(scope, false);
        }
        out
    }
}
