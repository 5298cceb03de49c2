// `p` stands for `::plimsoll::__private`. The attributes that name a link section are left out.
async fn load<'a>(&'a self, id: u64) -> Result<&'a str, Error> {
    let mut slot = p::Slot::new();
    let mut scope = slot
        .enter_async(
            {
                #[used]
                static SITE: p::Site = p::Site::new("load", p::module_path!())
                    .fields(&["id"]);
                &SITE
            },
            &[],
        );
    if scope.recording() {
        scope.log("id", &id);
    }
    let out = scope
        .run(async move {
            if false {
                return p::never::<Result<&'a str, Error>>();
            }
            self.rows.get(id).await
        })
        .await;
    if scope.is_on() {
        use p::classify::*;
        (&&&&p::Probe(&out)).finish(scope, p::Verdict::ByType);
    }
    out
}
