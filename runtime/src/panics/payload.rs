//! What may be seen of a panic's payload.
//!
//! A message that is a literal of the source is shown, as far as the scrubber lets it. One that was
//! formatted may hold anything: it is shown only where std made it and its form is known, or where
//! the builder says so. Asked by the panic hook, and for the host's own log by `integrations`.

use std::any::Any;
use std::borrow::Cow;
use std::sync::atomic::{AtomicBool, Ordering};

use super::known;
use crate::redact::Sink;
use crate::scrub::hits::Origin;
use crate::scrub::{Form, gate};

/// What stands for a payload that may hold anything.
const REDACTED: &str = "[redacted]";

/// Formatted messages are shown.
static MESSAGES: AtomicBool = AtomicBool::new(false);

/// Shows formatted messages from here on. Called by `init`.
pub(crate) fn set_messages(shown: bool) {
    MESSAGES.store(shown, Ordering::Relaxed);
}

/// What may be seen of a payload, before it is scrubbed.
pub(crate) fn shown(payload: &dyn Any) -> Cow<'_, str> {
    if let Some(literal) = payload.downcast_ref::<&'static str>() {
        return Cow::Borrowed(literal);
    }
    let Some(message) = payload.downcast_ref::<String>() else { return Cow::Borrowed(REDACTED) };
    if MESSAGES.load(Ordering::Relaxed) {
        return Cow::Borrowed(message);
    }
    known::shown(message).unwrap_or(Cow::Borrowed(REDACTED))
}

/// The text with nothing in it that the scrubber finds.
pub(crate) fn masked(text: Cow<'_, str>) -> Cow<'_, str> {
    let origin = || Origin { module: "plimsoll::panic", field: "panic", ..Origin::default() };
    match gate::look(Sink::Log, Form::Text, &text, origin).masked() {
        Some(masked) => Cow::Owned(masked),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_literals_and_what_std_says_are_shown() {
        let card = String::from("no card 4242424242424242");
        assert_eq!(shown(&"no luck"), "no luck");
        assert_eq!(shown(&card), REDACTED);
        assert_eq!(shown(&String::from("attempt to divide by zero")), "attempt to divide by zero");
        assert_eq!(shown(&4242_u64), REDACTED);
        assert_eq!(shown(&Box::new("no luck")), REDACTED);
    }
}
