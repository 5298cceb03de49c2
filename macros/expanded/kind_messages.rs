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
                    (&&&p::Shown(__field0)).plimsoll_piece(),
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
                p::message(__out, &[], (&&&p::Shown(__field0)).plimsoll_piece())
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
                p::message(__out, &[], (&&&p::Shown(__field0)).plimsoll_piece())
            }
            Self::Table { .. } => p::whole(__out, self),
            _ => {}
        }
    }
}
