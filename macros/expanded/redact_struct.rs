// `p` stands for `::plimsoll::__private`. The attributes that name a link section are left out.
#[derive(Clone)]
pub struct Customer<T> {
    /// Who.
    pub id: CustomerId,
    email: String,
    card: T,
    #[cfg(feature = "notes")]
    note: String,
    extra: Option<T>,
    kind: PhantomData<T>,
}
#[automatically_derived]
impl<T> p::Loggable for Customer<T>
where
    T: p::Redactable,
    T: p::Loggable,
{
    fn log(&self, __out: &mut p::Out<'_>) {
        match self {
            Self { id: __f0, email: __f1, card: __f2, extra: __f4, .. } => {
                let mut __record = __out.record("Customer");
                p::Record::field(&mut __record, "id", &*__f0);
                p::Record::redacted(
                    &mut __record,
                    "email",
                    p::Strategy::Hash("customer"),
                    &*__f1,
                );
                p::Record::redacted(
                    &mut __record,
                    "card",
                    p::Strategy::Last(4u8),
                    &*__f2,
                );
                #[cfg(feature = "notes")] p::Record::hidden(&mut __record, "note");
                p::Record::field(&mut __record, "extra", &*__f4);
                p::Record::finish(__record);
            }
        }
    }
}
#[automatically_derived]
impl<T> p::core::fmt::Debug for Customer<T>
where
    T: p::Redactable,
    T: p::Loggable,
{
    fn fmt(&self, __f: &mut p::core::fmt::Formatter<'_>) -> p::core::fmt::Result {
        p::debug(self, __f)
    }
}
const _: () = {
    const __TEXT: &p::core::primitive::str = p::concat!(
        "\u{1e}{\"type\":\"Customer\",\"class\":\"internal\",\"module\":\"",
        p::module_path!(), "\",\"line\":", p::line!(),
        ",\"fields\":[{\"key\":\"id\",\"type\":\"CustomerId\",\"how\":\"shown\",\"of\":0},{\"key\":\"email\",\"type\":\"String\",\"how\":\"hash(\\\"customer\\\")\",\"class\":\"pii\"},{\"key\":\"card\",\"type\":\"T\",\"how\":\"last(4)\",\"class\":\"pii\"},{\"key\":\"extra\",\"type\":\"Option<T>\",\"how\":\"shown\"}]}\u{1f}",
        p::file!(), "\n"
    );
    #[used]
    static __MAP: p::Mapped<{ __TEXT.len() }, 1> = {
        use p::ByType as _;
        p::mapped(__TEXT, [<p::Of<CustomerId>>::CLASS])
    };
    #[cfg(feature = "notes")]
    const _: () = {
        const __TEXT: &p::core::primitive::str = p::concat!(
            "\u{1e}{\"type\":\"Customer\",\"class\":\"internal\",\"module\":\"",
            p::module_path!(), "\",\"line\":", p::line!(),
            ",\"fields\":[{\"key\":\"note\",\"type\":\"String\",\"how\":\"full\",\"class\":\"pii\"}]}\u{1f}",
            p::file!(), "\n"
        );
        #[used]
        static __MAP: [p::core::primitive::u8; __TEXT.len()] = p::text(__TEXT);
    };
};
const _: () = {
    use p::serial::Undecided as _;
    p::serial::undecided(
        p::serial::Probe::<Customer<p::serial::Any>>::WRITES,
        p::serial::Probe::<Customer<p::serial::Any>>::READS,
    );
};
