//! Times, addresses and words of the system's: what has neither a number's form nor a text's.
//!
//! An address of the network stands for whoever sits behind it, so its network is shown, and that
//! counts as internal. The whole of it leaves only where a mark says so.

use std::cmp;
use std::convert::Infallible;
use std::fmt::{self, Write};
use std::io;
use std::marker::PhantomData;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};
use std::sync::atomic;
use std::thread::ThreadId;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::redact::strategy::Network;
use crate::redact::{Class, Loggable, Out, Redactable};

macro_rules! addresses {
    ($($address:ty: |$this:ident| $ip:expr;)*) => {
        $(
            /// Its network: 24 bits of an address of version 4, 48 of one of version 6.
            impl Loggable for $address {
                fn log(&self, out: &mut Out<'_>) {
                    let $this = self;
                    out.text(&Network($ip));
                }
            }

            impl Redactable for $address {
                fn reveal(&self, out: &mut dyn Write) -> fmt::Result {
                    write!(out, "{self}")
                }
            }
        )*
    };
}

addresses! {
    IpAddr: |this| *this;
    Ipv4Addr: |this| IpAddr::V4(*this);
    Ipv6Addr: |this| IpAddr::V6(*this);
    SocketAddr: |this| this.ip();
    SocketAddrV4: |this| IpAddr::V4(*this.ip());
    SocketAddrV6: |this| IpAddr::V6(*this.ip());
}

/// As RFC 3339 has it, in UTC: `2026-11-22T08:30:00.25Z`.
impl Loggable for SystemTime {
    const CLASS: Class = Class::PUBLIC;

    fn log(&self, out: &mut Out<'_>) {
        out.text(&Utc(*self));
    }
}

impl Redactable for SystemTime {
    fn reveal(&self, out: &mut dyn Write) -> fmt::Result {
        write!(out, "{}", Utc(*self))
    }
}

/// A time, in UTC.
struct Utc(SystemTime);

impl fmt::Display for Utc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SECOND: i128 = 1_000_000_000;
        const DAY: i128 = 86_400;
        let nanos = match self.0.duration_since(UNIX_EPOCH) {
            Ok(since) => since.as_nanos() as i128,
            Err(before) => -(before.duration().as_nanos() as i128),
        };
        let (seconds, fraction) = (nanos.div_euclid(SECOND), nanos.rem_euclid(SECOND));
        let (days, second) = (seconds.div_euclid(DAY), seconds.rem_euclid(DAY));
        let (year, month, day) = civil(days);
        // Beyond four digits, RFC 3339 has no years.
        if !(0..=9999).contains(&year) {
            return f.write_str("[out of range]");
        }
        let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")?;
        write!(f, "{}Z", Fraction(fraction as u32))
    }
}

/// Nanoseconds of a second, as digits behind a point: none, three, six or nine.
pub(crate) struct Fraction(pub(crate) u32);

impl fmt::Display for Fraction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Fraction(nanos) = *self;
        match (nanos % 1_000_000, nanos % 1000) {
            _ if nanos == 0 => Ok(()),
            (0, _) => write!(f, ".{:03}", nanos / 1_000_000),
            (_, 0) => write!(f, ".{:06}", nanos / 1000),
            _ => write!(f, ".{nanos:09}"),
        }
    }
}

/// The day of the Gregorian calendar, so many days after 1970 began.
///
/// Counted from a first of March, so that a leap day is the last of its year. 400 years have 146097
/// days; what is taken off the days of such an era are its leap days.
fn civil(days: i128) -> (i128, i128, i128) {
    let days = days + 719_468;
    let (era, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (month, next) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    (era * 400 + year + next, month, day)
}

/// Words that stand in the standard library's source.
macro_rules! words {
    ($($word:ty)*) => {
        $(impl Loggable for $word {
            const CLASS: Class = Class::PUBLIC;

            fn log(&self, out: &mut Out<'_>) {
                out.text(&format_args!("{self:?}"));
            }
        })*
    };
}

words!(cmp::Ordering atomic::Ordering io::ErrorKind ThreadId);

impl<T: ?Sized> Loggable for PhantomData<T> {
    const CLASS: Class = Class::PUBLIC;

    fn log(&self, out: &mut Out<'_>) {
        out.name("PhantomData");
    }
}

impl Loggable for Infallible {
    const CLASS: Class = Class::PUBLIC;

    fn log(&self, _: &mut Out<'_>) {
        match *self {}
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::shown;
    use super::*;

    #[test]
    fn addresses_show_their_network() {
        let four: IpAddr = "192.0.2.77".parse().unwrap();
        assert_eq!(shown(four), "192.0.2.0/24");
        assert_eq!(shown(SocketAddr::new(four, 8080)), "192.0.2.0/24");
        assert_eq!(shown(Ipv6Addr::LOCALHOST), "::/48");
    }

    #[test]
    fn times_are_written_in_utc() {
        let at = |seconds: u64, nanos: u32| shown(UNIX_EPOCH + Duration::new(seconds, nanos));
        assert_eq!(at(0, 0), "1970-01-01T00:00:00Z");
        assert_eq!(at(1_709_251_199, 250_000_000), "2024-02-29T23:59:59.250Z");
        assert_eq!(at(951_782_400, 1_000), "2000-02-29T00:00:00.000001Z");
        assert_eq!(at(253_402_300_799, 1), "9999-12-31T23:59:59.000000001Z");
        assert_eq!(at(253_402_300_800, 0), "[out of range]");
        assert_eq!(shown(UNIX_EPOCH - Duration::from_millis(1)), "1969-12-31T23:59:59.999Z");
        assert_eq!(shown(UNIX_EPOCH - Duration::from_secs(62_167_219_200)), "0000-01-01T00:00:00Z");
    }

    #[test]
    fn words_of_the_library_are_shown() {
        assert_eq!(shown(cmp::Ordering::Less), "Less");
        assert_eq!(shown(io::ErrorKind::NotFound), "NotFound");
        assert_eq!(shown(PhantomData::<String>), "PhantomData");
        assert!(shown(std::thread::current().id()).starts_with("ThreadId("));
    }
}
