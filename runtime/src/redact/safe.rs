//! What may be seen of an error: `SafeError`, and the message that a derive puts together.
//!
//! An error's `Display` may quote anything, so it is shown only where a mark gives a reason. All
//! other messages are texts of the source, with values in between whose types have decided. Knows
//! no call and no log; called by generated code, and by `record` for errors that come out of one.

use std::any::type_name;
use std::error::Error;
use std::fmt::{self, Write};
use std::sync::Arc;

use super::out::{Bounds, To};
use super::{Class, Loggable, Out};

/// Errors behind an error that are shown at most.
const CHAIN: usize = 16;

/// An error that says what may be seen of it.
///
/// [`#[derive(ErrorKind)]`](macro@crate::ErrorKind) implements it, from the texts of
/// `#[error("..")]`; errors of the standard library whose text is constant have it, too. By hand it
/// is for errors that have no kinds:
///
/// ```
/// use std::fmt;
///
/// use plimsoll::{Out, SafeError, observe};
///
/// #[derive(Debug)]
/// struct TooOld {
///     days: u32,
///     email: String,
/// }
///
/// impl fmt::Display for TooOld {
///     fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
///         write!(f, "the invitation of {} is {} days old", self.email, self.days)
///     }
/// }
///
/// impl std::error::Error for TooOld {}
///
/// impl SafeError for TooOld {
///     fn safe(&self, out: &mut Out<'_>) {
///         out.text(&format_args!("the invitation is {} days old", self.days));
///     }
/// }
///
/// #[observe]
/// fn accept(days: u32, email: String) -> Result<(), TooOld> {
///     if days > 30 { Err(TooOld { days, email }) } else { Ok(()) }
/// }
/// # assert!(accept(31, String::new()).is_err());
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say what may be seen of it",
    label = "not a `SafeError`",
    note = "derive it with `#[derive(plimsoll::ErrorKind)]`, or implement `plimsoll::SafeError`"
)]
pub trait SafeError {
    /// How sensitive what [`safe`](SafeError::safe) shows is.
    const CLASS: Class = Class::INTERNAL;

    /// Writes what may be seen, and nothing if nothing may be.
    fn safe(&self, out: &mut Out<'_>);

    /// The `error.type` of such an error where it has no kinds: one of a few words. By default the
    /// last segment of the type's name.
    fn error_type(&self) -> &'static str {
        short_name(type_name::<Self>())
    }
}

macro_rules! pointers {
    ($($pointer:ty)*) => {
        $(impl<E: SafeError + ?Sized> SafeError for $pointer {
            const CLASS: Class = E::CLASS;

            fn safe(&self, out: &mut Out<'_>) {
                (**self).safe(out);
            }

            fn error_type(&self) -> &'static str {
                (**self).error_type()
            }
        })*
    };
}

pointers!(&E Box<E> Arc<E>);

/// Writes what may be seen of an error, if the place shows its class.
pub(crate) fn tell<E: SafeError + ?Sized>(error: &E, out: &mut Out<'_>) {
    match out.shows(E::CLASS) {
        true => error.safe(out),
        false => out.hidden(),
    }
}

/// The last segment of a type's path; of `Box<dyn Error>`, that of the trait.
pub(crate) fn short_name(path: &'static str) -> &'static str {
    match path.as_bytes().first() {
        Some(b'(') if path != "()" => return "tuple",
        Some(b'[') => return "array",
        _ => {}
    }
    let path = match path.find("<dyn ") {
        Some(at) => &path[at + "<dyn ".len()..],
        None => path,
    };
    let end = path.find(['<', ' ', '>', '+']).unwrap_or(path.len());
    let path = &path[..end];
    path.rsplit("::").next().filter(|name| !name.is_empty()).unwrap_or("error")
}

/// A part of a message.
pub enum Piece<'a> {
    /// A text of the source.
    Text(&'static str),
    /// A value whose type says how it is shown.
    Value(&'a dyn Value),
    /// An error whose type says that.
    Error(&'a dyn Known),
    /// A value whose type has not decided.
    Hidden,
}

impl fmt::Debug for Piece<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Piece")
    }
}

/// Any `Loggable`.
pub trait Value {
    /// Writes it, if the place shows its class.
    fn write(&self, out: &mut Out<'_>);
}

impl<T: Loggable> Value for T {
    fn write(&self, out: &mut Out<'_>) {
        out.value(self);
    }
}

/// Any `SafeError`.
pub trait Known {
    /// Writes what may be seen, if the place shows its class.
    fn write(&self, out: &mut Out<'_>);
}

impl<E: SafeError> Known for E {
    fn write(&self, out: &mut Out<'_>) {
        tell(self, out);
    }
}

/// Holds a field of an error while its type is looked at.
///
/// As `Probe` does for what functions return: `(&&&Shown(field)).plimsoll_piece()` is the first of
/// the traits below that fits. A generic type fits the last one.
pub struct Shown<'a, T: ?Sized>(pub &'a T);

impl<T: ?Sized> fmt::Debug for Shown<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Shown")
    }
}

/// The first choice: a value that may be recorded.
pub trait ByLoggable<'a> {
    /// The value as a part of a message.
    fn plimsoll_piece(&self) -> Piece<'a>;
}

impl<'a, T: Loggable> ByLoggable<'a> for &&Shown<'a, T> {
    fn plimsoll_piece(&self) -> Piece<'a> {
        Piece::Value(self.0)
    }
}

/// The second: an error that says what may be seen of it.
pub trait BySafeError<'a> {
    /// The error as a part of a message.
    fn plimsoll_piece(&self) -> Piece<'a>;
}

impl<'a, E: SafeError> BySafeError<'a> for &Shown<'a, E> {
    fn plimsoll_piece(&self) -> Piece<'a> {
        Piece::Error(self.0)
    }
}

/// The last: anything.
pub trait ByNothing<'a> {
    /// A part of a message that shows nothing.
    fn plimsoll_piece(&self) -> Piece<'a>;
}

impl<'a, T: ?Sized> ByNothing<'a> for Shown<'a, T> {
    fn plimsoll_piece(&self) -> Piece<'a> {
        Piece::Hidden
    }
}

/// What is asked of the error behind another, which is an error also where it may be recorded.
pub trait SourceBySafeError<'a> {
    /// The error as what stands behind a message.
    fn plimsoll_source(&self) -> Piece<'a>;
}

impl<'a, E: SafeError> SourceBySafeError<'a> for &Shown<'a, E> {
    fn plimsoll_source(&self) -> Piece<'a> {
        Piece::Error(self.0)
    }
}

/// The same of any other.
pub trait SourceByNothing<'a> {
    /// What shows nothing.
    fn plimsoll_source(&self) -> Piece<'a>;
}

impl<'a, T: ?Sized> SourceByNothing<'a> for Shown<'a, T> {
    fn plimsoll_source(&self) -> Piece<'a> {
        Piece::Hidden
    }
}

/// Writes a message and, behind a colon, what may be seen of the error behind it.
pub fn message(out: &mut Out<'_>, pieces: &[Piece<'_>], source: Piece<'_>) {
    match out.bounds.inner() {
        Some(bounds) => out.text(&Message { pieces, source, bounds }),
        None => out.hidden(),
    }
}

struct Message<'a> {
    pieces: &'a [Piece<'a>],
    source: Piece<'a>,
    bounds: Bounds,
}

impl fmt::Display for Message<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for piece in self.pieces {
            match piece {
                Piece::Text(text) => f.write_str(text)?,
                Piece::Value(value) => value.write(&mut Out::within(To::Text(f), self.bounds)),
                Piece::Error(error) => error.write(&mut Out::within(To::Text(f), self.bounds)),
                Piece::Hidden => Out::within(To::Text(f), self.bounds).hidden(),
            }
        }
        if let Piece::Error(error) = self.source {
            let due = if self.pieces.is_empty() { "" } else { ": " };
            let mut behind = Behind { text: f, due };
            error.write(&mut Out::within(To::Text(&mut behind), self.bounds));
        }
        Ok(())
    }
}

/// Writes what is due before the first text, and nothing before none.
struct Behind<'a> {
    text: &'a mut dyn Write,
    due: &'static str,
}

impl Write for Behind<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if !text.is_empty() {
            self.text.write_str(std::mem::take(&mut self.due))?;
        }
        self.text.write_str(text)
    }
}

/// Writes an error as it displays itself, and all that is behind it: its mark gives a reason.
pub fn whole(out: &mut Out<'_>, error: &dyn Error) {
    out.text(&Chain(error));
}

/// An error and what is behind it: `payment failed: connection refused`.
pub(crate) struct Chain<'a>(pub(crate) &'a dyn Error);

impl fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)?;
        let sources = std::iter::successors(self.0.source(), |error| (*error).source());
        sources.take(CHAIN).try_for_each(|source| write!(f, ": {source}"))
    }
}

#[cfg(test)]
#[expect(clippy::needless_borrow, reason = "the first that fits is found by taking them away")]
mod tests {
    use std::io;

    use super::*;
    use crate::redact::Sink;

    fn seen(piece: Piece<'_>) -> String {
        let mut text = String::new();
        message(
            &mut Out::text_to(&mut text, Sink::Log),
            &[Piece::Text("x "), piece],
            Piece::Hidden,
        );
        text
    }

    fn of_any<T>(value: &T) -> Piece<'_> {
        (&&&Shown(value)).plimsoll_piece()
    }

    #[test]
    fn a_field_is_shown_as_its_type_says_or_not_at_all() {
        let refused = io::Error::from(io::ErrorKind::ConnectionRefused);
        assert_eq!(seen((&&&Shown(&42_u8)).plimsoll_piece()), "x 42");
        assert_eq!(seen((&&&Shown(&Some(42_u8))).plimsoll_piece()), "x 42");
        assert_eq!(seen((&&&Shown(&refused)).plimsoll_piece()), "x connection refused");
        assert_eq!(seen((&&&Shown(&"4242")).plimsoll_piece()), "x [redacted]");
        assert_eq!(seen((&&&Shown(&vec![String::new()])).plimsoll_piece()), "x [redacted]");
        assert_eq!(seen(of_any(&42_u8)), "x [redacted]");
    }

    #[test]
    fn types_are_called_by_their_last_segment() {
        assert_eq!(short_name(type_name::<std::num::ParseIntError>()), "ParseIntError");
        assert_eq!(short_name(type_name::<Box<dyn Error + Send + Sync>>()), "Error");
        assert_eq!(short_name(type_name::<Option<Vec<u8>>>()), "Option");
        assert_eq!(short_name(type_name::<&str>()), "&str");
        assert_eq!(short_name(type_name::<()>()), "()");
        assert_eq!(short_name(type_name::<(u8, String)>()), "tuple");
        assert_eq!(short_name(type_name::<[u8; 4]>()), "array");
    }
}
