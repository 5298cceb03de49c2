// `p` stands for `::plimsoll::__private`. The attributes that name a link section are left out.
#[automatically_derived]
impl obs::__private::ErrorKind for Broken {
    const KINDS: &'static [&'static obs::__private::core::primitive::str] = &["Broken"];
    fn kind(&self) -> obs::__private::KindInfo {
        obs::__private::KindInfo::new(0, "Broken").retryable()
    }
    fn safe_message(&self, __out: &mut obs::__private::Out<'_>) {
        obs::__private::SafeError::safe(self, __out);
    }
}
#[automatically_derived]
impl obs::__private::SafeError for Broken {
    fn safe(&self, __out: &mut obs::__private::Out<'_>) {
        match self {
            _ => {}
        }
    }
}
