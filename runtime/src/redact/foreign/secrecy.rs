//! secrecy's secrets: hidden, whatever is in them.

use secrecy::SecretBox;
use secrecy::zeroize::Zeroize;

use crate::redact::{Class, Loggable, Out};

/// `SecretString` is one of these.
impl<T: Zeroize + ?Sized> Loggable for SecretBox<T> {
    const CLASS: Class = Class::SECRET;

    fn log(&self, out: &mut Out<'_>) {
        out.hidden();
    }
}

#[cfg(test)]
mod tests {
    use secrecy::SecretString;

    use super::*;
    use crate::redact::impls::shown;

    #[test]
    fn a_secret_is_hidden() {
        assert_eq!(shown(SecretString::from("hunter2")), "[redacted]");
        assert_eq!(shown(vec![SecretBox::new(Box::new(7_u8))]), "[redacted]");
    }
}
