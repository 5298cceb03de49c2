//! url's URLs: texts for the strategy `url`, and not to be recorded without one.

use std::fmt::{self, Write};

use url::Url;

use crate::redact::Redactable;

impl Redactable for Url {
    fn reveal(&self, out: &mut dyn Write) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::redact::strategy::{Strategy, left};

    #[test]
    fn a_url_shows_its_host() {
        let url = Url::parse("https://ada:hunter2@example.org:8443/path?token=x#y").unwrap();
        assert_eq!(left(Strategy::Url, &url), "https://example.org:8443");
        assert_eq!(left(Strategy::Url, &Url::parse("file:///home/ada").unwrap()), "[redacted]");
        let odd = Url::parse("https://münchen.example/").unwrap();
        assert_eq!(left(Strategy::Url, &odd), "https://xn--mnchen-3ya.example");
    }
}
