// `p` stands for `::plimsoll::__private`. The attributes that name a link section are left out.
pub struct Patient<'a, T: Each> {
    a: String,
    b: String,
    c: String,
    d: String,
    e: T,
    f: HashMap<u8, T::Id>,
    g: Id,
    h: &'a str,
    born: String,
}
#[automatically_derived]
impl<'a, T: Each> p::Loggable for Patient<'a, T>
where
    T: p::Each,
{
    fn log(&self, __out: &mut p::Out<'_>) {
        match self {
            Self {
                b: __f1,
                d: __f3,
                e: __f4,
                f: __f5,
                g: __f6,
                h: __f7,
                born: __f8,
                ..
            } => {
                let mut __record = __out.record("Patient");
                p::Record::erased(&mut __record, "a");
                p::Record::redacted(&mut __record, "b", p::Strategy::Mask, &*__f1);
                p::Record::with(&mut __record, "d", &|__f| masked(&*__f3, __f));
                p::Record::each(&mut __record, "e", p::Strategy::Email, &*__f4);
                p::Record::pairs(
                    &mut __record,
                    "f",
                    &*__f5,
                    &|__out, __side| __out.value(__side),
                    &|__out, _| __out.hidden(),
                );
                p::Record::classed(&mut __record, "g", p::Class::INTERNAL, &*__f6);
                p::Record::allowed(&mut __record, "h", &&*__f7);
                p::Record::redacted(&mut __record, "born", p::Strategy::Year, &*__f8);
                p::Record::finish(__record);
            }
        }
    }
}
#[automatically_derived]
impl<'a, T: Each> p::core::fmt::Debug for Patient<'a, T>
where
    T: p::Each,
{
    fn fmt(&self, __f: &mut p::core::fmt::Formatter<'_>) -> p::core::fmt::Result {
        p::debug(self, __f)
    }
}
const _: () = p::below(
    p::Class::rank(crate::PHI),
    3u8,
    "`#[redact]` on `Patient`: `year` shows a part of `born`, a secret; write `full`, `mask`, `present` or `hash(\"..\")`, or say why it may be seen: `allow(reason = \"..\")`",
);
const _: () = {
    const __TEXT: &p::core::primitive::str = p::concat!(
        "\u{1e}{\"type\":\"Patient\",\"class\":\"internal\",\"module\":\"",
        p::module_path!(), "\",\"line\":", p::line!(),
        ",\"fields\":[{\"key\":\"a\",\"type\":\"String\",\"how\":\"erase\",\"class\":\"pii\"},{\"key\":\"b\",\"type\":\"String\",\"how\":\"mask\",\"class\":\"pii\"},{\"key\":\"c\",\"type\":\"String\",\"how\":\"skip\",\"class\":\"pii\"},{\"key\":\"d\",\"type\":\"String\",\"how\":\"with = masked\",\"class\":\"pii\"},{\"key\":\"e\",\"type\":\"T\",\"how\":\"each = email\",\"class\":\"pii\"},{\"key\":\"f\",\"type\":\"HashMap<u8, T::Id>\",\"how\":\"keys = shown, values = full\",\"class\":\"pii\"},{\"key\":\"g\",\"type\":\"Id\",\"how\":\"shown\",\"class\":\"internal\"},{\"key\":\"h\",\"type\":\"&'a str\",\"how\":\"allow\",\"reason\":\"asked for by them\",\"of\":0},{\"key\":\"born\",\"type\":\"String\",\"how\":\"year\",\"of\":1}]}\u{1f}",
        p::file!(), "\n"
    );
    #[used]
    static __MAP: p::Mapped<{ __TEXT.len() }, 2> = {
        use p::ByType as _;
        p::mapped(__TEXT, [p::padded(crate::PHI), p::padded(crate::PHI)])
    };
};
