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
    T: p::Loggable,
    T: p::Redactable,
{
    fn log(&self, out: &mut p::Out<'_>) {
        match self {
            Self { id: f0, email: f1, card: f2, extra: f4, .. } => {
                let mut record = out.record("Customer");
                record.field("id", &*f0);
                record.redacted("email", p::Strategy::Hash("customer"), &*f1);
                record.redacted("card", p::Strategy::Last(4u8), &*f2);
                #[cfg(feature = "notes")] record.hidden("note");
                record.field("extra", &*f4);
                record.finish();
            }
        }
    }
}
#[automatically_derived]
impl<T> p::core::fmt::Debug for Customer<T>
where
    T: p::Loggable,
    T: p::Redactable,
{
    fn fmt(&self, f: &mut p::core::fmt::Formatter<'_>) -> p::core::fmt::Result {
        p::debug(self, f)
    }
}
