//! The W3C `traceparent` header, read strictly and written plainly.
//!
//! What breaks a rule is no parent: the request begins a trace of its own, and nothing of a hostile
//! header is kept. Called by the HTTP layer.

use http::HeaderMap;

use crate::record::Remote;

/// The caller's span, if exactly one header names it, by all rules.
pub(super) fn read(headers: &HeaderMap) -> Option<Remote> {
    let mut values = headers.get_all("traceparent").iter();
    let value = values.next()?;
    if values.next().is_some() {
        return None;
    }
    parse(value.to_str().ok()?)
}

/// `00-<trace id>-<span id>-<flags>`.
pub(super) fn write(trace_id: u128, span_id: u64, sampled: bool) -> String {
    format!("00-{trace_id:032x}-{span_id:016x}-{:02x}", u8::from(sampled))
}

fn parse(text: &str) -> Option<Remote> {
    let bytes = text.as_bytes();
    if bytes.len() < 55 || [2, 35, 52].into_iter().any(|at| bytes[at] != b'-') {
        return None;
    }
    let version = hex(&bytes[..2])?;
    // A later version may say more, after another dash; this one says no more.
    let fits = match version {
        0 => bytes.len() == 55,
        0xff => false,
        _ => bytes.len() == 55 || bytes[55] == b'-',
    };
    let trace_id = hex(&bytes[3..35])?;
    let span_id = hex(&bytes[36..52])? as u64;
    let flags = hex(&bytes[53..55])?;
    (fits && trace_id != 0 && span_id != 0).then_some(Remote {
        trace_id,
        span_id,
        sampled: flags & 1 == 1,
    })
}

/// Lower-case hexadecimal digits only.
fn hex(digits: &[u8]) -> Option<u128> {
    digits.iter().try_fold(0, |number: u128, digit| {
        let value = match digit {
            b'0'..=b'9' => digit - b'0',
            b'a'..=b'f' => digit - b'a' + 10,
            _ => return None,
        };
        Some(number << 4 | u128::from(value))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    #[test]
    fn what_is_written_can_be_read() {
        let parent = parse(GOOD).unwrap();
        assert_eq!(parent.trace_id, 0x0af7651916cd43dd8448eb211c80319c);
        assert_eq!(parent.span_id, 0xb7ad6b7169203331);
        assert!(parent.sampled);
        assert_eq!(write(parent.trace_id, parent.span_id, true), GOOD);
        assert!(!parse(&GOOD.replace("-01", "-fe")).unwrap().sampled);
    }

    #[test]
    fn later_versions_may_say_more() {
        let later = GOOD.replacen("00", "cc", 1);
        assert!(parse(&later).is_some());
        assert!(parse(&format!("{later}-what-comes-later")).is_some());
        assert!(parse(&format!("{later}.more")).is_none());
    }

    #[test]
    fn what_breaks_a_rule_is_no_parent() {
        let long = format!("{GOOD}-{}", "a".repeat(1_000_000));
        let cases = [
            "",
            "00",
            &GOOD[..54],
            &GOOD.to_uppercase(),
            &GOOD.replacen("00", "ff", 1),
            &GOOD.replacen("00-", "0--", 1),
            "00-00000000000000000000000000000000-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0g",
            "00_0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01 ",
            "+0-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            &format!("{GOOD}-more"),
            &long,
        ];
        for text in cases {
            assert_eq!(parse(text), None, "{}", &text[..text.len().min(80)]);
        }
    }

    #[test]
    fn two_headers_are_none() {
        let mut headers = HeaderMap::new();
        assert!(read(&headers).is_none());
        headers.append("traceparent", GOOD.parse().unwrap());
        assert!(read(&headers).is_some());
        headers.append("traceparent", GOOD.parse().unwrap());
        assert!(read(&headers).is_none());
    }

    proptest::proptest! {
        #[test]
        fn what_is_taken_was_said(trace_id: u128, span_id: u64, sampled: bool, noise in ".*") {
            let text = write(trace_id, span_id, sampled);
            let expected = Remote { trace_id, span_id, sampled };
            assert_eq!(parse(&text), (trace_id != 0 && span_id != 0).then_some(expected));
            parse(&noise);
            assert_eq!(parse(&format!("{text}{noise}")).is_some(), noise.is_empty());
        }
    }
}
