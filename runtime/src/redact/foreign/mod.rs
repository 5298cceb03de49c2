//! Types of other crates, by features: what of them may be recorded, and what strategies work on.
//!
//! A type is here when many programs have it in their own. It is shown as far as its kind allows:
//! times and words of protocols are public, identifiers are internal, addresses and headers are
//! texts for strategies, secrets are hidden.

#[cfg(feature = "chrono")]
mod chrono;
#[cfg(feature = "http")]
pub(super) mod http;
#[cfg(feature = "jiff")]
mod jiff;
#[cfg(feature = "secrecy")]
mod secrecy;
#[cfg(feature = "time")]
mod time;
#[cfg(feature = "url")]
mod url;
#[cfg(feature = "uuid")]
mod uuid;

/// Times: public, and texts that `year` and `month` work on. Both forms are what `$shown` prints.
#[cfg(any(feature = "chrono", feature = "jiff", feature = "time"))]
macro_rules! times {
    ($([$($parameters:tt)*] $time:ty: |$this:ident| $shown:expr;)*) => {
        $(
            impl<$($parameters)*> $crate::redact::Loggable for $time {
                const CLASS: $crate::redact::Class = $crate::redact::Class::PUBLIC;

                fn log(&self, out: &mut $crate::redact::Out<'_>) {
                    let $this = self;
                    out.text(&$shown);
                }
            }

            impl<$($parameters)*> $crate::redact::Redactable for $time {
                fn reveal(&self, out: &mut dyn std::fmt::Write) -> std::fmt::Result {
                    let $this = self;
                    write!(out, "{}", $shown)
                }
            }
        )*
    };
}

#[cfg(any(feature = "chrono", feature = "jiff", feature = "time"))]
use times;

/// Durations: public, in seconds.
#[cfg(any(feature = "chrono", feature = "jiff", feature = "time"))]
macro_rules! durations {
    ($($duration:ty: |$this:ident| $seconds:expr;)*) => {
        $(
            /// In seconds.
            impl $crate::redact::Loggable for $duration {
                const CLASS: $crate::redact::Class = $crate::redact::Class::PUBLIC;

                fn log(&self, out: &mut $crate::redact::Out<'_>) {
                    let $this = self;
                    out.f64($seconds);
                }
            }
        )*
    };
}

#[cfg(any(feature = "chrono", feature = "jiff", feature = "time"))]
use durations;
