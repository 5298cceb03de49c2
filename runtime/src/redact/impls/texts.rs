//! Texts, for strategies alone. One that is no UTF-8 can't be read, and so is hidden whole.

use std::borrow::Cow;
use std::ffi::{CStr, CString, OsStr, OsString};
use std::fmt::{self, Write};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use crate::redact::Redactable;

macro_rules! texts {
    ($($text:ty: |$this:ident| $str:expr;)*) => {
        $(impl Redactable for $text {
            fn reveal(&self, out: &mut dyn Write) -> fmt::Result {
                let $this = self;
                let text: Option<&str> = $str;
                out.write_str(text.ok_or(fmt::Error)?)
            }
        })*
    };
}

texts! {
    str: |this| Some(this);
    String: |this| Some(this);
    OsStr: |this| this.to_str();
    OsString: |this| this.to_str();
    Path: |this| this.to_str();
    PathBuf: |this| this.to_str();
    CStr: |this| this.to_str().ok();
    CString: |this| this.to_str().ok();
}

impl Redactable for char {
    fn reveal(&self, out: &mut dyn Write) -> fmt::Result {
        out.write_char(*self)
    }
}

macro_rules! pointers {
    ($($pointer:ty)*) => {
        $(impl<T: Redactable + ?Sized> Redactable for $pointer {
            fn reveal(&self, out: &mut dyn Write) -> fmt::Result {
                (**self).reveal(out)
            }

            fn is_absent(&self) -> bool {
                (**self).is_absent()
            }
        })*
    };
}

pointers!(&T &mut T Box<T> Rc<T> Arc<T>);

impl<T: Redactable + ToOwned + ?Sized> Redactable for Cow<'_, T> {
    fn reveal(&self, out: &mut dyn Write) -> fmt::Result {
        (**self).reveal(out)
    }

    fn is_absent(&self) -> bool {
        (**self).is_absent()
    }
}

impl<T: Redactable> Redactable for Option<T> {
    fn reveal(&self, out: &mut dyn Write) -> fmt::Result {
        self.as_ref().map_or(Ok(()), |value| value.reveal(out))
    }

    fn is_absent(&self) -> bool {
        self.as_ref().is_none_or(T::is_absent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::redact::{Out, Sink, Strategy};

    fn left<T: Redactable + ?Sized>(strategy: Strategy, value: &T) -> String {
        let mut text = String::new();
        Out::text_to(&mut text, Sink::Log).redacted(strategy, value);
        text
    }

    #[test]
    fn every_kind_of_text_can_be_worked_on() {
        let last = Strategy::Last(2);
        assert_eq!(left(last, "ada-lovelace"), "****ce");
        assert_eq!(left(last, &Some(Arc::new(Cow::Borrowed("ada-lovelace")))), "****ce");
        assert_eq!(left(last, Path::new("/home/ada")), "****da");
        assert_eq!(left(last, &PathBuf::from("/home/ada")), "****da");
        assert_eq!(left(last, &OsString::from("/home/ada")), "****da");
        assert_eq!(left(last, c"ada-lovelace"), "****ce");
        assert_eq!(left(Strategy::Present, &'a'), "present");
        assert_eq!(left(Strategy::Bucket(10), &Some(42_u8)), "40..50");
    }

    #[test]
    fn what_is_no_utf_8_is_hidden() {
        let odd = CString::new(b"ada-lovelace\xff".to_vec()).unwrap();
        assert_eq!(left(Strategy::Last(2), &odd), "[redacted]");
        #[cfg(unix)]
        {
            use std::os::unix::ffi::OsStrExt as _;
            let odd = Path::new(OsStr::from_bytes(b"/home/ada\xff"));
            assert_eq!(left(Strategy::Last(2), odd), "[redacted]");
        }
    }
}
