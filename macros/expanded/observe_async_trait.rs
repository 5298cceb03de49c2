// `p` stands for `::plimsoll::__private`. The attributes that name a link section are left out.
fn load<'life0, 'async_trait>(
    &'life0 self,
) -> ::core::pin::Pin<
    Box<
        dyn ::core::future::Future<
            Output = Result<u8, E>,
        > + ::core::marker::Send + 'async_trait,
    >,
>
where
    'life0: 'async_trait,
    Self: 'async_trait,
{
    Box::pin(async move {
        let mut guard = p::Guard::new();
        guard
            .enter_async(
                {
                    #[used]
                    static SITE: p::Site = p::Site::new("load", p::module_path!())
                        .fields(&["self.id"]);
                    &SITE
                },
                &[],
            );
        if guard.recording() {
            guard.log("self.id", &self.id);
        }
        let out = guard
            .run(async move {
                if false {
                    return p::never::<Result<u8, E>>();
                }
                let __self = self;
                __self.read().await
            })
            .await;
        if guard.is_on() {
            use p::classify::*;
            (&&&&p::Probe(&out)).finish(&mut guard, p::Verdict::ByType);
        }
        out
    })
}
