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
}
