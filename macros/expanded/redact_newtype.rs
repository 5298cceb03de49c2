// `p` stands for `::plimsoll::__private`. The attributes that name a link section are left out.
struct Email(String);
#[automatically_derived]
impl p::Loggable for Email {
    fn log(&self, __out: &mut p::Out<'_>) {
        match self {
            Self { 0: __f0, .. } => __out.redacted(p::Strategy::Email, &*__f0),
        }
    }
}
#[automatically_derived]
impl p::core::fmt::Debug for Email {
    fn fmt(&self, __f: &mut p::core::fmt::Formatter<'_>) -> p::core::fmt::Result {
        p::debug(self, __f)
    }
}
const _: () = {
    const __TEXT: &p::core::primitive::str = p::concat!(
        "\u{1e}{\"type\":\"Email\",\"class\":\"internal\",\"module\":\"",
        p::module_path!(), "\",\"line\":", p::line!(),
        ",\"fields\":[{\"key\":\"0\",\"type\":\"String\",\"how\":\"email\",\"class\":\"pii\"}]}\u{1f}",
        p::file!(), "\n"
    );
    #[used]
    static __MAP: [p::core::primitive::u8; __TEXT.len()] = p::text(__TEXT);
};
const _: () = {
    use p::serial::Undecided as _;
    p::serial::undecided(
        p::serial::Probe::<Email>::WRITES,
        p::serial::Probe::<Email>::READS,
    );
};
