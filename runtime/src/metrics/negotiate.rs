//! Which form of the page a scraper asked for, from its `Accept` headers.
//!
//! Pure. Called by the admin server for each scrape. What it can't make sense of is answered with
//! text 0.0.4, which every scraper reads.

use super::page::Form;
use super::write::Format;

/// What a client can ask for by name, the best first: of two that it likes the same it gets that.
const NAMED: [Form; 2] = [Form::Protobuf, Form::Lines(Format::OpenMetrics)];
const TEXT: Form = Form::Lines(Format::Text);

/// How much a client likes a form: how precisely it says so, and its quality in thousandths.
type Liking = (u8, u16);

/// The best of what the client accepts; text 0.0.4 when it does not say, or accepts nothing else.
pub(crate) fn negotiate<'a>(accept: impl Iterator<Item = &'a str>) -> Form {
    let forms = [NAMED[0], NAMED[1], TEXT];
    let mut likings: [Option<Liking>; 3] = [None; 3];
    for range in accept.flat_map(|header| header.split(',')) {
        let Some((form, quality, precision)) = read(range) else {
            continue;
        };
        for (wanted, liking) in forms.iter().zip(&mut likings) {
            if form.is_none_or(|form| form == *wanted) {
                // The most precise range decides, whatever its quality.
                *liking = (*liking).max(Some((precision, quality)));
            }
        }
    }
    // `*/*` alone names no form but the text.
    let quality = |(form, liking): (&Form, &Option<Liking>)| match liking {
        Some((precision, quality)) if *form == TEXT || *precision > 0 => *quality,
        _ => 0,
    };
    let best = forms.iter().zip(&likings).map(quality).max().unwrap_or(0);
    let first = forms.iter().zip(&likings).find(|pair| best > 0 && quality(*pair) == best);
    first.map_or(TEXT, |(form, _)| *form)
}

/// One media range: the form (none for `*/*`), its quality in thousandths, how precise it is.
fn read(range: &str) -> Option<(Option<Form>, u16, u8)> {
    let mut parts = range.split(';').map(str::trim);
    let media = parts.next()?.to_ascii_lowercase();
    let (mut quality, mut version) = (1000, None);
    let (mut message, mut encoding) = (None, None);
    for parameter in parts.filter(|parameter| !parameter.is_empty()) {
        let (name, value) = parameter.split_once('=')?;
        let value = value.trim();
        let text = || Some(value.trim_matches('"').to_owned());
        match name.trim().to_ascii_lowercase().as_str() {
            "q" => quality = thousandths(value)?,
            "version" => version = text(),
            "proto" => message = text(),
            "encoding" => encoding = text(),
            _ => {}
        }
    }
    let (form, versions, precision): (_, &[&str], _) = match media.as_str() {
        "application/vnd.google.protobuf" => {
            let is_ours = message.as_deref() == Some("io.prometheus.client.MetricFamily")
                && encoding.as_deref() == Some("delimited");
            return is_ours.then_some((Some(Form::Protobuf), quality, 2));
        }
        "application/openmetrics-text" => (Some(Form::Lines(Format::OpenMetrics)), &["1.0.0"], 2),
        "text/plain" => (Some(TEXT), &["0.0.4"], 2),
        "text/*" => (Some(TEXT), &[], 1),
        "*/*" => (None, &[], 0),
        _ => return None,
    };
    match version {
        Some(version) if !versions.contains(&version.as_str()) => None,
        _ => Some((form, quality, precision)),
    }
}

/// A quality from 0 to 1 with at most three decimals.
pub(crate) fn thousandths(text: &str) -> Option<u16> {
    let value: f32 = text.parse().ok()?;
    let plain = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    (plain && text.len() <= 5 && value <= 1.0).then_some((value * 1000.0) as u16)
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPEN: Form = Form::Lines(Format::OpenMetrics);

    fn of(accept: &str) -> Form {
        negotiate([accept].into_iter())
    }

    #[test]
    fn real_scrapers_get_what_they_prefer() {
        let prometheus = "application/openmetrics-text;version=1.0.0,\
            application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1";
        assert_eq!(of(prometheus), OPEN);
        let newer = "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,\
            text/plain;version=1.0.0;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2";
        assert_eq!(of(newer), OPEN);
        // Prometheus 2.42 with native histograms, then 3.
        let native = "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;\
            encoding=delimited,application/openmetrics-text;version=1.0.0;q=0.8,\
            application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1";
        assert_eq!(of(native), Form::Protobuf);
        let native = "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;\
            encoding=delimited;q=0.6,application/openmetrics-text;version=1.0.0;\
            escaping=allow-utf-8;q=0.5,text/plain;version=0.0.4;q=0.2,*/*;q=0.1";
        assert_eq!(of(native), Form::Protobuf);
        let victoria = "text/plain;version=0.0.4;q=1,*/*;q=0.1";
        assert_eq!(of(victoria), TEXT);
        for curl_or_browser in ["*/*", "", "text/html,application/xhtml+xml,*/*;q=0.8"] {
            assert_eq!(of(curl_or_browser), TEXT);
        }
        assert_eq!(negotiate(std::iter::empty()), TEXT);
    }

    #[test]
    fn quality_and_version_decide() {
        let (open, text, proto) = (OPEN, TEXT, Form::Protobuf);
        let cases = [
            (
                "application/vnd.google.protobuf; encoding=\"delimited\"; \
                 proto=io.prometheus.client.MetricFamily",
                proto,
            ),
            ("application/vnd.google.protobuf", text),
            (
                "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;\
                 encoding=text,application/openmetrics-text;q=0.1",
                open,
            ),
            (
                "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;\
                 encoding=delimited;q=0.3,text/plain;q=0.4",
                text,
            ),
            ("application/openmetrics-text", open),
            ("application/openmetrics-text; version=1.0.0; ;", open),
            ("Application/OpenMetrics-Text; Version=\"1.0.0\"", open),
            ("application/openmetrics-text;version=2.0.0", text),
            ("application/openmetrics-text;version=0.0.1", text),
            ("application/openmetrics-text;q=0", text),
            ("application/openmetrics-text;q=0.4,text/plain;q=0.5", text),
            ("text/plain;q=0.5,application/openmetrics-text;q=0.5", open),
            ("application/openmetrics-text;q=0.2,*/*;q=0.9", text),
            ("text/plain;q=0.1,text/*;q=0.9,application/openmetrics-text;q=0.5", open),
            ("application/openmetrics-text;q=nan,text/plain;q=0.1", text),
            ("application/openmetrics-text;q=9", text),
            ("application/json", text),
            (";;;=,,;q=", text),
        ];
        for (accept, format) in cases {
            assert_eq!(of(accept), format, "{accept}");
        }
    }

    #[test]
    fn several_headers_are_one_list() {
        let headers = ["text/plain;q=0.5", "application/openmetrics-text;version=1.0.0"];
        assert_eq!(negotiate(headers.into_iter()), OPEN);
    }

    proptest::proptest! {
        #[test]
        fn any_header_has_an_answer(accept in ".*", quality in "[0-9.eE+-]*") {
            of(&accept);
            of(&format!("application/openmetrics-text;q={quality},{accept}"));
        }
    }
}
