// `p` stands for `::plimsoll::__private`. The attributes that name a link section are left out.
enum Payment {
    Cash,
    Card(String, u8),
    Transfer { iban: String },
}
#[automatically_derived]
impl p::Loggable for Payment {
    fn log(&self, out: &mut p::Out<'_>) {
        match self {
            Self::Cash { .. } => out.name("Cash"),
            Self::Card { 0: f0, 1: f1, .. } => {
                let mut record = out.record("Card");
                record.redacted("0", p::Strategy::Last(4u8), &*f0);
                record.field("1", &*f1);
                record.finish();
            }
            Self::Transfer { .. } => {
                let mut record = out.record("Transfer");
                record.hidden("iban");
                record.finish();
            }
        }
    }
}
#[automatically_derived]
impl p::core::fmt::Debug for Payment {
    fn fmt(&self, f: &mut p::core::fmt::Formatter<'_>) -> p::core::fmt::Result {
        p::debug(self, f)
    }
}
