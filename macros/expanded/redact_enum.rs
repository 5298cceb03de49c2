// `p` stands for `::plimsoll::__private`. The attributes that name a link section are left out.
enum Payment {
    Cash,
    Card(String, u8),
    Transfer { iban: String },
}
#[automatically_derived]
impl p::Loggable for Payment {
    fn log(&self, __out: &mut p::Out<'_>) {
        match self {
            Self::Cash { .. } => __out.name("Cash"),
            Self::Card { 0: __f0, 1: __f1, .. } => {
                let mut __record = __out.record("Card");
                p::Record::redacted(&mut __record, "0", p::Strategy::Last(4u8), &*__f0);
                p::Record::field(&mut __record, "1", &*__f1);
                p::Record::finish(__record);
            }
            Self::Transfer { .. } => {
                let mut __record = __out.record("Transfer");
                p::Record::hidden(&mut __record, "iban");
                p::Record::finish(__record);
            }
        }
    }
}
#[automatically_derived]
impl p::core::fmt::Debug for Payment {
    fn fmt(&self, __f: &mut p::core::fmt::Formatter<'_>) -> p::core::fmt::Result {
        p::debug(self, __f)
    }
}
const _: () = {
    const __TEXT: &p::core::primitive::str = p::concat!(
        "\u{1e}{\"type\":\"Payment\",\"class\":\"internal\",\"module\":\"",
        p::module_path!(), "\",\"line\":", p::line!(),
        ",\"fields\":[{\"key\":\"Card.0\",\"type\":\"String\",\"how\":\"last(4)\",\"class\":\"pii\"},{\"key\":\"Card.1\",\"type\":\"u8\",\"how\":\"shown\"},{\"key\":\"Transfer.iban\",\"type\":\"String\",\"how\":\"full\",\"class\":\"pii\"}]}\u{1f}",
        p::file!(), "\n"
    );
    #[used]
    static __MAP: [p::core::primitive::u8; __TEXT.len()] = p::text(__TEXT);
};
const _: () = {
    use p::serial::Undecided as _;
    p::serial::undecided(
        p::serial::Probe::<Payment>::WRITES,
        p::serial::Probe::<Payment>::READS,
    );
};
