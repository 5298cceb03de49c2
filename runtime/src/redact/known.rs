//! Errors of the standard library that quote nothing of what they are about.
//!
//! Their texts are constants, with at most a position or a number of the system's. Others are not
//! here on purpose: `VarError` quotes the variable, a `CString`'s errors hold the bytes.

use std::io;

use super::{Out, SafeError};

macro_rules! constant {
    ($($error:ty)*) => {
        $(impl SafeError for $error {
            fn safe(&self, out: &mut Out<'_>) {
                out.text(self);
            }
        })*
    };
}

constant! {
    std::alloc::LayoutError
    std::array::TryFromSliceError
    std::cell::BorrowError
    std::cell::BorrowMutError
    std::char::CharTryFromError
    std::char::ParseCharError
    std::convert::Infallible
    std::ffi::FromBytesUntilNulError
    std::fmt::Error
    std::net::AddrParseError
    std::num::ParseFloatError
    std::num::ParseIntError
    std::num::TryFromIntError
    std::path::StripPrefixError
    std::str::ParseBoolError
    std::str::Utf8Error
    std::string::FromUtf16Error
    std::string::FromUtf8Error
    std::sync::mpsc::RecvError
    std::sync::mpsc::RecvTimeoutError
    std::sync::mpsc::TryRecvError
    std::thread::AccessError
    std::time::SystemTimeError
    std::time::TryFromFloatSecsError
}

impl<T> SafeError for std::sync::PoisonError<T> {
    fn safe(&self, out: &mut Out<'_>) {
        out.text(self);
    }
}

impl<T> SafeError for std::sync::mpsc::SendError<T> {
    fn safe(&self, out: &mut Out<'_>) {
        out.text(self);
    }
}

/// Its kind, and the system's number. What a program puts into one may quote anything.
impl SafeError for io::Error {
    fn safe(&self, out: &mut Out<'_>) {
        match self.raw_os_error() {
            Some(code) => out.text(&format_args!("{} (os error {code})", self.kind())),
            None => out.text(&self.kind()),
        }
    }

    fn error_type(&self) -> &'static str {
        io_kind(self.kind())
    }
}

/// The name of a kind of input or output error, as the standard library spells it.
fn io_kind(kind: io::ErrorKind) -> &'static str {
    use io::ErrorKind as K;
    match kind {
        K::NotFound => "NotFound",
        K::PermissionDenied => "PermissionDenied",
        K::ConnectionRefused => "ConnectionRefused",
        K::ConnectionReset => "ConnectionReset",
        K::ConnectionAborted => "ConnectionAborted",
        K::NotConnected => "NotConnected",
        K::AddrInUse => "AddrInUse",
        K::AddrNotAvailable => "AddrNotAvailable",
        K::BrokenPipe => "BrokenPipe",
        K::AlreadyExists => "AlreadyExists",
        K::WouldBlock => "WouldBlock",
        K::InvalidInput => "InvalidInput",
        K::InvalidData => "InvalidData",
        K::TimedOut => "TimedOut",
        K::WriteZero => "WriteZero",
        K::Interrupted => "Interrupted",
        K::Unsupported => "Unsupported",
        K::UnexpectedEof => "UnexpectedEof",
        K::OutOfMemory => "OutOfMemory",
        K::HostUnreachable => "HostUnreachable",
        K::NetworkUnreachable => "NetworkUnreachable",
        K::NetworkDown => "NetworkDown",
        K::StorageFull => "StorageFull",
        K::NotADirectory => "NotADirectory",
        K::IsADirectory => "IsADirectory",
        K::DirectoryNotEmpty => "DirectoryNotEmpty",
        K::ReadOnlyFilesystem => "ReadOnlyFilesystem",
        K::ResourceBusy => "ResourceBusy",
        K::FileTooLarge => "FileTooLarge",
        K::Deadlock => "Deadlock",
        _ => "Other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::redact::Sink;

    fn seen(error: &impl SafeError) -> String {
        let mut text = String::new();
        error.safe(&mut Out::text_to(&mut text, Sink::Log));
        text
    }

    #[test]
    fn what_a_program_puts_into_an_io_error_is_not_seen() {
        let custom = io::Error::other("alice@example.com");
        assert_eq!((seen(&custom).as_str(), custom.error_type()), ("other error", "Other"));
        let refused = io::Error::from_raw_os_error(2);
        assert_eq!(seen(&refused), "entity not found (os error 2)");
        assert_eq!(refused.error_type(), "NotFound");
    }

    #[test]
    fn errors_of_conversions_quote_nothing() {
        assert_eq!(seen(&"42x".parse::<u8>().unwrap_err()), "invalid digit found in string");
        let bytes = String::from_utf8(vec![b'4', 0xff]).unwrap_err();
        assert_eq!(seen(&bytes), "invalid utf-8 sequence of 1 bytes from index 1");
        assert_eq!(
            seen(&"1".parse::<std::net::IpAddr>().unwrap_err()),
            "invalid IP address syntax"
        );
    }
}
