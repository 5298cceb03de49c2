//! What wakes the search for numbers and addresses of persons. The search itself is in `personal/`.

use super::super::detector::{Detector, Hint};
use super::super::personal;

/// An address of e-mail; numbers of cards, accounts, telephones and of states.
pub(super) const RULES: &[Detector] = &[
    Detector::code("email", &[Hint::Byte(b'@'), Hint::Text("%40")], personal::email),
    Detector::many("number", &[Hint::Digits(6)], personal::numbers),
    Detector::code("fiscal-code", &[Hint::AnyCase("fiscal")], personal::fiscal_code),
];
