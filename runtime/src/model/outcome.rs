//! How a call ended. The same four words stand in metrics, spans and logs.

/// How an observed call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Outcome {
    /// The function returned, and not with an error.
    Ok = 0,
    /// The function returned `Err`, or `error_if` said so.
    Error = 1,
    /// The future was dropped before it was ready.
    Cancelled = 2,
    /// The function, or a poll of its future, unwound.
    Panic = 3,
}

impl Outcome {
    /// All outcomes, in the order of their numbers.
    pub const ALL: [Outcome; 4] = [Outcome::Ok, Outcome::Error, Outcome::Cancelled, Outcome::Panic];

    /// The word for it in every signal: `ok`, `error`, `cancelled` or `panic`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Outcome::Ok => "ok",
            Outcome::Error => "error",
            Outcome::Cancelled => "cancelled",
            Outcome::Panic => "panic",
        }
    }
}
