//! uuid's identifiers: internal, as they name a row of somebody's.

use std::fmt::{self, Write};

use uuid::Uuid;

use crate::redact::{Loggable, Out, Redactable};

impl Loggable for Uuid {
    fn log(&self, out: &mut Out<'_>) {
        out.text(self);
    }
}

impl Redactable for Uuid {
    fn reveal(&self, out: &mut dyn Write) -> fmt::Result {
        write!(out, "{self}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::redact::impls::shown;
    use crate::redact::strategy::{Strategy, left};

    #[test]
    fn an_identifier_is_shown_or_cut() {
        let id = Uuid::from_u128(0x0192_f0c1_2345_7abc_8def_0123_4567_89ab);
        assert_eq!(shown(id), "0192f0c1-2345-7abc-8def-0123456789ab");
        assert_eq!(left(Strategy::First(4), &id), "0192****");
    }
}
