// `p` stands for `::plimsoll::__private`. The attributes that name a link section are left out.
#[automatically_derived]
impl p::ErrorKind for OrderError {
    const KINDS: &'static [&'static p::core::primitive::str] = &[
        "Stock",
        "Payment",
        "Taken",
        "Other",
        "Storage",
        "Table",
        "ByHand",
    ];
    fn kind(&self) -> p::KindInfo {
        match self {
            Self::Stock { .. } => p::KindInfo::new(0, "Stock"),
            Self::Payment { .. } => p::KindInfo::new(1, "Payment"),
            Self::Taken { .. } => p::KindInfo::new(2, "Taken"),
            Self::Other { .. } => p::KindInfo::new(3, "Other"),
            Self::Storage { .. } => p::KindInfo::new(4, "Storage"),
            Self::Cart { 0: field } => p::ErrorKind::kind(field),
            Self::Table { .. } => p::KindInfo::new(5, "Table"),
            Self::ByHand { .. } => p::KindInfo::new(6, "ByHand"),
        }
    }
    fn safe_message(&self, __out: &mut p::Out<'_>) {
        p::SafeError::safe(self, __out);
    }
}
#[automatically_derived]
impl p::SafeError for OrderError {
    fn safe(&self, __out: &mut p::Out<'_>) {
        use p::shown::*;
        match self {
            Self::Stock { 0: __field0, 1: __field1, .. } => {
                p::message(
                    __out,
                    &[
                        p::Piece::Text("out of "),
                        (&&&p::Shown(__field0)).plimsoll_piece(),
                        p::Piece::Text(" ("),
                        p::Piece::Hidden,
                        p::Piece::Text(" "),
                        (&&&p::Shown(__field1)).plimsoll_piece(),
                        p::Piece::Text(" "),
                        p::Piece::Hidden,
                        p::Piece::Text(")"),
                    ],
                    p::Piece::Hidden,
                )
            }
            Self::Payment { cause: __field0, .. } => {
                p::message(
                    __out,
                    &[p::Piece::Text("payment failed")],
                    (&&p::Shown(__field0)).plimsoll_source(),
                )
            }
            Self::Taken { email: __field0, id: __field1, .. } => {
                p::message(
                    __out,
                    &[
                        (&&&p::Shown(__field0)).plimsoll_piece(),
                        p::Piece::Text(" is taken by "),
                        (&&&p::Shown(__field1)).plimsoll_piece(),
                        p::Piece::Text(", "),
                        p::Piece::Hidden,
                    ],
                    p::Piece::Hidden,
                )
            }
            Self::Other { 0: __field0, .. } => {
                p::message(__out, &[], (&&p::Shown(__field0)).plimsoll_source())
            }
            Self::Storage { 0: __field0, .. } => {
                p::message(
                    __out,
                    &[
                        p::Piece::Text("storage: {"),
                        (&&&p::Shown(__field0)).plimsoll_piece(),
                        p::Piece::Text("}"),
                    ],
                    p::Piece::Hidden,
                )
            }
            Self::Cart { 0: __field0, .. } => {
                p::message(__out, &[], (&&p::Shown(__field0)).plimsoll_source())
            }
            Self::Table { .. } => p::whole(__out, self),
            _ => {}
        }
    }
}
const _: () = {
    const __TEXT: &p::core::primitive::str = p::concat!(
        "\u{1e}{\"error\":\"OrderError\",\"module\":\"", p::module_path!(),
        "\",\"line\":", p::line!(),
        ",\"fields\":[{\"key\":\"Stock.0\",\"type\":\"Item\",\"how\":\"probed\",\"of\":0},{\"key\":\"Stock.1\",\"type\":\"u8\",\"how\":\"probed\"},{\"key\":\"Payment.cause\",\"type\":\"PaymentError\",\"how\":\"probed\",\"of\":1},{\"key\":\"Taken.email\",\"type\":\"String\",\"how\":\"probed\",\"of\":2},{\"key\":\"Taken.id\",\"type\":\"u64\",\"how\":\"probed\"},{\"key\":\"Other.0\",\"type\":\"anyhow::Error\",\"how\":\"probed\",\"of\":3},{\"key\":\"Storage.0\",\"type\":\"io::Error\",\"how\":\"probed\",\"of\":4},{\"key\":\"Cart.0\",\"type\":\"CartError\",\"how\":\"probed\",\"of\":5},{\"key\":\"Table.(display)\",\"how\":\"allow\",\"reason\":\"names of our own tables\"}]}\u{1f}",
        p::file!(), "\n"
    );
    #[used]
    static __MAP: p::Mapped<{ __TEXT.len() }, 6> = {
        use p::ByType as _;
        p::mapped(
            __TEXT,
            [
                <p::Of<Item>>::CLASS,
                <p::Of<PaymentError>>::CLASS,
                <p::Of<String>>::CLASS,
                <p::Of<anyhow::Error>>::CLASS,
                <p::Of<io::Error>>::CLASS,
                <p::Of<CartError>>::CLASS,
            ],
        )
    };
};
