// `p` stands for `::plimsoll::__private`. The attributes that name a link section are left out.
#[automatically_derived]
impl p::Label for Tier {
    const VALUES: &'static [&'static p::core::primitive::str] = &[
        "free",
        "big_business",
        "vip",
    ];
    fn index(&self) -> p::core::primitive::usize {
        match self {
            Self::Free => 0,
            Self::BigBusiness => 1,
            Self::VeryImportant => 2,
        }
    }
}
#[automatically_derived]
impl p::Loggable for Tier {
    const CLASS: p::Class = p::Class::PUBLIC;
    fn log(&self, out: &mut p::Out<'_>) {
        p::log_label(self, out);
    }
}
