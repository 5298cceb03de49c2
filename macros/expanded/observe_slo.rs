// `p` stands for `::plimsoll::__private`. The attributes that name a link section are left out.
fn pay(order: &Order) -> Result<Receipt, PayError> {
    let mut __guard = p::Guard::new();
    p::Guard::enter(
        &mut __guard,
        {
            #[used]
            static SITE: p::Site = p::Site::new("pay", p::module_path!())
                .slo(p::Objective::new(999500u32, 300000000u64, 950000u32));
            &SITE
        },
        &[],
    );
    let __out: Result<Receipt, PayError> = '__body: {
        if false {
            break '__body p::never();
        }
        charge(order)
    };
    if p::Guard::is_on(&__guard) {
        use p::classify::*;
        (&&&&p::Probe(&__out)).plimsoll_finish(&mut __guard, p::Verdict::ByType);
    }
    __out
}
