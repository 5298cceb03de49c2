// `p` stands for `::plimsoll::__private`. The attributes that name a link section are left out.
#[automatically_derived]
impl obs::__private::ErrorKind for Broken {
    const KINDS: &'static [&'static obs::__private::core::primitive::str] = &["Broken"];
    fn kind(&self) -> obs::__private::KindInfo {
        obs::__private::KindInfo::new(0, "Broken").retryable()
    }
}
