// `p` stands for `::plimsoll::__private`. The attributes that name a link section are left out.
struct Order {
    id: u64,
    email: String,
    note: String,
}
#[automatically_derived]
impl p::Loggable for Order {
    const CLASS: p::Class = p::Class::PII;
    fn log(&self, __out: &mut p::Out<'_>) {
        match self {
            Self { id: __f0, email: __f1, .. } => {
                let mut __record = __out.record("Order");
                p::Record::field(&mut __record, "id", &*__f0);
                p::Record::redacted(&mut __record, "email", p::Strategy::Email, &*__f1);
                p::Record::hidden(&mut __record, "note");
                p::Record::finish(__record);
            }
        }
    }
}
#[automatically_derived]
impl p::core::fmt::Debug for Order {
    fn fmt(&self, __f: &mut p::core::fmt::Formatter<'_>) -> p::core::fmt::Result {
        p::debug(self, __f)
    }
}
#[automatically_derived]
impl p::core::fmt::Display for Order {
    fn fmt(&self, __f: &mut p::core::fmt::Formatter<'_>) -> p::core::fmt::Result {
        match self {
            Self { id: __f0, email: __f1, .. } => {
                __f.write_str("order ")?;
                p::show::<Self>(__f, &|__out| __out.value(&*__f0))?;
                __f.write_str(" of {")?;
                p::show::<
                    Self,
                >(__f, &|__out| __out.redacted(p::Strategy::Email, &*__f1))?;
                __f.write_str("}")?;
                p::core::fmt::Result::Ok(())
            }
        }
    }
}
const _: () = {
    const __TEXT: &p::core::primitive::str = p::concat!(
        "\u{1e}{\"type\":\"Order\",\"class\":\"pii\",\"module\":\"", p::module_path!(),
        "\",\"line\":", p::line!(),
        ",\"fields\":[{\"key\":\"id\",\"type\":\"u64\",\"how\":\"shown\"},{\"key\":\"email\",\"type\":\"String\",\"how\":\"email\",\"class\":\"pii\"},{\"key\":\"note\",\"type\":\"String\",\"how\":\"full\",\"class\":\"pii\"}]}\u{1f}",
        p::file!(), "\n"
    );
    #[used]
    static __MAP: [p::core::primitive::u8; __TEXT.len()] = p::text(__TEXT);
};
const _: () = {
    use p::serial::Undecided as _;
    p::serial::undecided(
        p::serial::Probe::<Order>::WRITES,
        p::serial::Probe::<Order>::READS,
    );
};
