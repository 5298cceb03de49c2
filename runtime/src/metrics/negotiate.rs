//! Which form of the page a scraper asked for, from its `Accept` headers.
//!
//! Pure. Called by the admin server for each scrape. What it can't make sense of is answered with
//! text 0.0.4, which every scraper reads.

use super::write::Format;

/// The best of what the client accepts; text 0.0.4 when it does not say, or accepts neither.
pub(crate) fn negotiate<'a>(accept: impl Iterator<Item = &'a str>) -> Format {
    let (mut text, mut open) = (None, None);
    for range in accept.flat_map(|header| header.split(',')) {
        let Some((format, quality, precision)) = read(range) else {
            continue;
        };
        for (wanted, best) in [(Format::Text, &mut text), (Format::OpenMetrics, &mut open)] {
            if format.is_none_or(|format| format == wanted) {
                // The most precise range decides, whatever its quality.
                let known = best.get_or_insert((precision, quality));
                if precision > known.0 || (precision == known.0 && quality > known.1) {
                    *known = (precision, quality);
                }
            }
        }
    }
    match (text, open) {
        // Who names OpenMetrics and likes it no less gets it; `*/*` alone does not name it.
        (text, Some((precision, quality)))
            if precision > 0
                && quality > 0
                && quality >= text.map_or(0, |(_, quality)| quality) =>
        {
            Format::OpenMetrics
        }
        _ => Format::Text,
    }
}

/// One media range: the format (none for `*/*`), its quality in thousandths, how precise it is.
fn read(range: &str) -> Option<(Option<Format>, u16, u8)> {
    let mut parts = range.split(';').map(str::trim);
    let media = parts.next()?.to_ascii_lowercase();
    let (mut quality, mut version) = (1000, None);
    for parameter in parts {
        let (name, value) = parameter.split_once('=')?;
        match name.trim().to_ascii_lowercase().as_str() {
            "q" => quality = thousandths(value.trim())?,
            "version" => version = Some(value.trim().trim_matches('"').to_owned()),
            _ => {}
        }
    }
    let (format, versions, precision): (_, &[&str], _) = match media.as_str() {
        "application/openmetrics-text" => (Some(Format::OpenMetrics), &["1.0.0"], 2),
        "text/plain" => (Some(Format::Text), &["0.0.4"], 2),
        "text/*" => (Some(Format::Text), &[], 1),
        "*/*" => (None, &[], 0),
        _ => return None,
    };
    match version {
        Some(version) if !versions.contains(&version.as_str()) => None,
        _ => Some((format, quality, precision)),
    }
}

/// A quality from 0 to 1 with at most three decimals.
fn thousandths(text: &str) -> Option<u16> {
    let value: f32 = text.parse().ok()?;
    let plain = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    (plain && text.len() <= 5 && value <= 1.0).then_some((value * 1000.0) as u16)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(accept: &str) -> Format {
        negotiate([accept].into_iter())
    }

    #[test]
    fn real_scrapers_get_what_they_prefer() {
        let prometheus = "application/openmetrics-text;version=1.0.0,\
            application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1";
        assert_eq!(of(prometheus), Format::OpenMetrics);
        let newer = "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,\
            text/plain;version=1.0.0;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2";
        assert_eq!(of(newer), Format::OpenMetrics);
        let victoria = "text/plain;version=0.0.4;q=1,*/*;q=0.1";
        assert_eq!(of(victoria), Format::Text);
        for curl_or_browser in ["*/*", "", "text/html,application/xhtml+xml,*/*;q=0.8"] {
            assert_eq!(of(curl_or_browser), Format::Text);
        }
        assert_eq!(negotiate(std::iter::empty()), Format::Text);
    }

    #[test]
    fn quality_and_version_decide() {
        use Format::{OpenMetrics, Text};
        let cases = [
            ("application/openmetrics-text", OpenMetrics),
            ("Application/OpenMetrics-Text; Version=\"1.0.0\"", OpenMetrics),
            ("application/openmetrics-text;version=2.0.0", Text),
            ("application/openmetrics-text;version=0.0.1", Text),
            ("application/openmetrics-text;q=0", Text),
            ("application/openmetrics-text;q=0.4,text/plain;q=0.5", Text),
            ("text/plain;q=0.5,application/openmetrics-text;q=0.5", OpenMetrics),
            ("application/openmetrics-text;q=0.2,*/*;q=0.9", Text),
            ("text/plain;q=0.1,text/*;q=0.9,application/openmetrics-text;q=0.5", OpenMetrics),
            ("application/openmetrics-text;q=nan,text/plain;q=0.1", Text),
            ("application/openmetrics-text;q=9", Text),
            ("application/json", Text),
            (";;;=,,;q=", Text),
        ];
        for (accept, format) in cases {
            assert_eq!(of(accept), format, "{accept}");
        }
    }

    #[test]
    fn several_headers_are_one_list() {
        let headers = ["text/plain;q=0.5", "application/openmetrics-text;version=1.0.0"];
        assert_eq!(negotiate(headers.into_iter()), Format::OpenMetrics);
    }

    proptest::proptest! {
        #[test]
        fn any_header_has_an_answer(accept in ".*", quality in "[0-9.eE+-]*") {
            of(&accept);
            of(&format!("application/openmetrics-text;q={quality},{accept}"));
        }
    }
}
