// `p` stands for `::plimsoll::__private`. The attributes that name a link section are left out.
#[automatically_derived]
impl<E> p::ErrorKind for OrderError<E>
where
    Self: p::core::error::Error,
{
    const KINDS: &'static [&'static p::core::primitive::str] = &[
        "OutOfStock",
        "Payment",
        "timeout",
    ];
    fn kind(&self) -> p::KindInfo {
        match self {
            Self::OutOfStock { .. } => p::KindInfo::new(0, "OutOfStock").expected(),
            Self::Payment { .. } => {
                p::KindInfo::new(1, "Payment").retryable().level(p::Level::Warn)
            }
            Self::Stock { source: field } => p::ErrorKind::kind(field),
            Self::TimedOut { .. } => p::KindInfo::new(2, "timeout"),
        }
    }
    fn safe_message(&self, __out: &mut p::Out<'_>) {
        p::SafeError::safe(self, __out);
    }
}
#[automatically_derived]
impl<E> p::SafeError for OrderError<E>
where
    Self: p::core::error::Error,
{
    fn safe(&self, __out: &mut p::Out<'_>) {
        use p::shown::*;
        match self {
            Self::Stock { source: __field0, .. } => {
                p::message(__out, &[], (&&p::Shown(__field0)).plimsoll_source())
            }
            _ => {}
        }
    }
}
const _: () = {
    const __TEXT: &p::core::primitive::str = p::concat!(
        "\u{1e}{\"error\":\"OrderError\",\"module\":\"", p::module_path!(),
        "\",\"line\":", p::line!(),
        ",\"fields\":[{\"key\":\"Stock.source\",\"type\":\"StockError\",\"how\":\"probed\",\"of\":0}]}\u{1f}",
        p::file!(), "\n"
    );
    #[used]
    static __MAP: p::Mapped<{ __TEXT.len() }, 1> = {
        use p::ByType as _;
        p::mapped(__TEXT, [<p::Of<StockError>>::CLASS])
    };
};
