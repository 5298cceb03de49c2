//! One recorded value.

/// A recorded value, on its way out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value<'a> {
    /// A truth value.
    Bool(bool),
    /// A signed integer.
    I64(i64),
    /// An unsigned integer.
    U64(u64),
    /// A floating-point number.
    F64(f64),
    /// A text that may leave: declared public, or what a strategy left of it.
    Str(&'a str),
}
