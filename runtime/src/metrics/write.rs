//! The letters of the metrics page: headers, labels, numbers, and their escapes, in both formats.
//!
//! Knows no metric. `layout` and `text` write through it, so that nobody else has to know where text
//! 0.0.4 and OpenMetrics 1.0 differ.

use std::borrow::Cow;
use std::io::Write;

use super::digits;
use super::exemplar::Exemplar;
use super::family::{Head, Type};

/// The two forms of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// Prometheus's text format, version 0.0.4: what everybody reads.
    Text,
    /// OpenMetrics 1.0: the same figures, with units and exemplars.
    OpenMetrics,
}

impl Format {
    /// The header that announces it.
    pub(crate) fn content_type(self) -> &'static str {
        match self {
            Format::Text => "text/plain; version=0.0.4; charset=utf-8",
            Format::OpenMetrics => "application/openmetrics-text; version=1.0.0; charset=utf-8",
        }
    }
}

/// Writes what stands above the samples of a family.
///
/// OpenMetrics calls a counter by its name without `_total`. A counter from elsewhere that has no
/// `_total` keeps its name and is of unknown type, so that its series is the same in both formats.
pub(crate) fn header(out: &mut Vec<u8>, format: Format, head: &Head<'_>) {
    let Head { name, kind, help, unit } = *head;
    let (name, word) = match (format, kind) {
        (Format::Text, Type::Counter) => (name, "counter"),
        (Format::Text, Type::Info) | (_, Type::Gauge) => (name, "gauge"),
        (_, Type::Histogram) => (name, "histogram"),
        (_, Type::Summary) => (name, "summary"),
        (Format::OpenMetrics, Type::Counter) => match name.strip_suffix("_total") {
            Some(base) => (base, "counter"),
            None => (name, "unknown"),
        },
        (Format::OpenMetrics, Type::Info) => (name.strip_suffix("_info").unwrap_or(name), "info"),
    };
    if !help.is_empty() {
        put(out, &["# HELP ", name, " "]);
        escape(out, help, format == Format::OpenMetrics);
        out.push(b'\n');
    }
    put(out, &["# TYPE ", name, " ", word, "\n"]);
    if format == Format::OpenMetrics && has_unit(head) {
        put(out, &["# UNIT ", name, " ", unit, "\n"]);
    }
}

/// True when a family's unit can be told: the name must end in it, or the page is refused.
pub(crate) fn has_unit(head: &Head<'_>) -> bool {
    let base = match head.kind {
        Type::Counter => head.name.strip_suffix("_total").unwrap_or(head.name),
        Type::Info => return false,
        _ => head.name,
    };
    let before = base.strip_suffix(head.unit).filter(|_| !head.unit.is_empty());
    before.is_some_and(|before| before.ends_with('_'))
}

/// True when a histogram or summary may tell its sum, and with it its count. To OpenMetrics a sum is
/// a counter: never negative, nor NaN, nor beside a bucket for what is below zero.
pub(crate) fn has_sum(format: Format, lowest: Option<f64>, sum: f64) -> bool {
    format == Format::Text || (sum >= 0.0 && lowest.is_none_or(|bound| bound >= 0.0))
}

/// Writes `name="value"` after a comma, if one is needed.
pub(crate) fn label(out: &mut Vec<u8>, name: &str, value: &str) {
    if !matches!(out.last(), Some(b'{') | None) {
        out.push(b',');
    }
    put(out, &[name, "=\""]);
    escape(out, value, true);
    out.push(b'"');
}

/// The labels of a series, to be written many times.
pub(crate) fn labels<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Vec<u8> {
    let mut out = Vec::new();
    for (name, value) in pairs {
        label(&mut out, name, value);
    }
    out
}

/// Writes a series up to its value: the name, a suffix, the labels, and one label more.
pub(crate) fn series(
    out: &mut Vec<u8>,
    name: &str,
    suffix: &str,
    labels: &[u8],
    more: Option<(&str, &str)>,
) {
    put(out, &[name, suffix]);
    if !labels.is_empty() || more.is_some() {
        out.push(b'{');
        out.extend_from_slice(labels);
        if let Some((name, value)) = more {
            label(out, name, value);
        }
        out.push(b'}');
    }
    out.push(b' ');
}

/// Writes a number without sign.
pub(crate) fn integer(out: &mut Vec<u8>, value: u64) {
    let (letters, length) = digits::integer(value);
    out.extend_from_slice(letters.get(..length).unwrap_or_default());
}

/// Writes billionths as a decimal number.
fn billionths(out: &mut Vec<u8>, value: u64) {
    integer(out, value / 1_000_000_000);
    let (letters, length) = digits::fraction(value % 1_000_000_000);
    out.extend_from_slice(letters.get(..length).unwrap_or_default());
}

/// Writes a sample's value: whole numbers as such, the very large and small with an exponent.
pub(crate) fn float(out: &mut Vec<u8>, value: f64) {
    let size = value.abs();
    // Most values are whole numbers, or have few digits; an `f64` holds fifteen exactly, so that
    // what divides back to the value is what the slow way would find.
    if value.is_sign_positive() && size < 1e15 && size.fract() == 0.0 {
        return integer(out, size as u64);
    }
    if value.is_sign_positive() && (1e-6..1e6).contains(&size) {
        let parts = (size * 1e9).round();
        if parts / 1e9 == size {
            return billionths(out, parts as u64);
        }
    }
    // Writing into a vector can't fail.
    let _ = if value.is_nan() {
        write!(out, "NaN")
    } else if value.is_infinite() {
        write!(out, "{}", if value > 0.0 { "+Inf" } else { "-Inf" })
    } else if size != 0.0 && !(1e-6..1e17).contains(&size) {
        write!(out, "{value:e}")
    } else {
        write!(out, "{value}")
    };
}

/// Writes when the value was taken, unless that is now. Text counts milliseconds, OpenMetrics seconds.
pub(crate) fn time(out: &mut Vec<u8>, format: Format, unix_millis: i64) {
    // Writing into a vector can't fail.
    let _ = match format {
        _ if unix_millis == 0 => Ok(()),
        Format::Text => write!(out, " {unix_millis}"),
        Format::OpenMetrics => write!(out, " {}", unix_millis as f64 / 1000.0),
    };
}

/// Writes ` # {trace_id="..",span_id=".."} value time` after the value of a bucket, if there is an
/// example.
pub(crate) fn example(out: &mut Vec<u8>, exemplar: Option<Exemplar>) {
    let Some(Exemplar { value, trace_id, span_id, unix_nanos }) = exemplar else {
        return;
    };
    put(out, &[" # {trace_id=\""]);
    hex(out, &trace_id.to_be_bytes());
    put(out, &["\",span_id=\""]);
    hex(out, &span_id.to_be_bytes());
    put(out, &["\"} "]);
    float(out, value);
    let millis = unix_nanos / 1_000_000;
    out.push(b' ');
    integer(out, millis / 1000);
    let (letters, _) = digits::fraction(millis % 1000 * 1_000_000);
    out.extend_from_slice(letters.get(..4).unwrap_or_default());
}

fn hex(out: &mut Vec<u8>, bytes: &[u8]) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    out.extend(
        bytes
            .iter()
            .flat_map(|byte| [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 0xf)]]),
    );
}

/// The value of a `le` or `quantile` label, in OpenMetrics's canonical form.
///
/// It is used in both formats: a series must not change its name with the format of the page.
pub(crate) fn bound(value: f64) -> String {
    let size = value.abs();
    if value.is_nan() {
        "NaN".to_owned()
    } else if value.is_infinite() {
        if value > 0.0 { "+Inf" } else { "-Inf" }.to_owned()
    } else if size != 0.0 && !(1e-4..1e6).contains(&size) {
        let text = format!("{value:e}");
        match text.split_once('e') {
            Some((digits, exponent)) => match exponent.strip_prefix('-') {
                Some(exponent) => format!("{digits}e-{exponent:0>2}"),
                None => format!("{digits}e+{exponent:0>2}"),
            },
            None => text,
        }
    } else if value.fract() == 0.0 {
        format!("{value:.1}")
    } else {
        format!("{value}")
    }
}

/// Writes texts one after the other.
pub(crate) fn put(out: &mut Vec<u8>, texts: &[&str]) {
    for text in texts {
        out.extend_from_slice(text.as_bytes());
    }
}

/// Writes a text so that it stays on its line and inside its quotes.
fn escape(out: &mut Vec<u8>, text: &str, quotes: bool) {
    if is_plain(text) {
        return out.extend_from_slice(text.as_bytes());
    }
    for letter in text.chars().map(harmless) {
        match letter {
            '\\' => out.extend_from_slice(b"\\\\"),
            '\n' => out.extend_from_slice(b"\\n"),
            '"' if quotes => out.extend_from_slice(b"\\\""),
            other => put(out, &[other.encode_utf8(&mut [0; 4])]),
        }
    }
}

/// The text as all formats tell it: a series is the same in each.
pub(crate) fn told(text: &str) -> Cow<'_, str> {
    if is_plain(text) { Cow::Borrowed(text) } else { text.chars().map(harmless).collect() }
}

/// True for a text that needs no look at each letter.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' '..=b'~') && byte != b'\\' && byte != b'"')
}

/// What would act on a terminal or split a line elsewhere becomes U+FFFD.
fn harmless(letter: char) -> char {
    match letter {
        '\n' => letter,
        '\u{2028}' | '\u{2029}' => '\u{fffd}',
        control if control.is_control() => '\u{fffd}',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn numbers_read_as_prometheus_reads_them() {
        let cases = [
            (0.0, "0"),
            (-0.0, "-0"),
            (3.0, "3"),
            (0.25, "0.25"),
            (1e15, "1000000000000000"),
            (1e300, "1e300"),
            (-2.5e-9, "-2.5e-9"),
            (f64::INFINITY, "+Inf"),
            (f64::NEG_INFINITY, "-Inf"),
            (f64::NAN, "NaN"),
        ];
        for (value, text) in cases {
            assert_eq!(written(|out| float(out, value)), text);
        }
        for value in [0, 9, 10, 99, 100, 101, 999, 1000, 1234, 70_000, u64::MAX] {
            assert_eq!(written(|out| integer(out, value)), value.to_string());
        }
    }

    #[test]
    fn floats_with_few_digits_are_written_as_the_standard_library_does() {
        let exact = [0.1, 0.5, 12.25, 999_999.999_999_999, 0.000_001, 123_456.789, 1e6, 1e14 + 0.5];
        let noisy =
            [0.1 + 0.2, 1.0 / 3.0, 1e6 / 7.0, f64::MIN_POSITIVE.sqrt(), 4_503_599_627_370_497.5];
        for value in exact.into_iter().chain(noisy) {
            for value in [value, -value] {
                let text = written(|out| float(out, value));
                assert_eq!(text.parse::<f64>().unwrap().to_bits(), value.to_bits(), "{text}");
                if value.abs() >= 1e-6 {
                    assert_eq!(text, value.to_string());
                }
            }
        }
    }

    proptest::proptest! {
        #[test]
        fn any_float_reads_as_itself(bits: u64, parts in 0..1_000_000_000_000_000u64) {
            for value in [f64::from_bits(bits), parts as f64 / 1e9, parts as f64 / 1e2] {
                let text = written(|out| float(out, value));
                let read = text.parse::<f64>().unwrap();
                assert!(read == value || value.is_nan(), "{text} for {value}");
                if (1e-6..1e17).contains(&value) {
                    assert_eq!(text, value.to_string());
                }
            }
        }
    }

    #[test]
    fn an_example_names_its_span() {
        // To the nanosecond, as spans are.
        let exemplar = Exemplar::of_span(
            0.012_345_678_93,
            0xabc,
            0x0123_4567_89ab_cdef,
            1_700_000_000_007_999_999,
        );
        assert_eq!(
            written(|out| example(out, Some(exemplar))),
            " # {trace_id=\"00000000000000000000000000000abc\",span_id=\"0123456789abcdef\"} \
             0.012345679 1700000000.007"
        );
        assert_eq!(written(|out| example(out, None)), "");
    }

    #[test]
    fn bounds_are_canonical() {
        let cases = [
            (0.0, "0.0"),
            (1.0, "1.0"),
            (0.0001, "0.0001"),
            (0.00001, "1e-05"),
            (0.005, "0.005"),
            (7.5, "7.5"),
            (100_000.0, "100000.0"),
            (1e6, "1e+06"),
            (2.5e10, "2.5e+10"),
            (f64::INFINITY, "+Inf"),
        ];
        for (value, text) in cases {
            assert_eq!(bound(value), text);
        }
    }

    #[test]
    fn a_hostile_value_stays_inside_its_quotes() {
        let hostile = "a\"} 1\nb\\c\r\u{1b}[2J\0\u{85}\u{2028}é";
        let text = written(|out| label(out, "x", hostile));
        assert_eq!(text, "x=\"a\\\"} 1\\nb\\\\c\u{fffd}\u{fffd}[2J\u{fffd}\u{fffd}\u{fffd}é\"");
    }

    #[test]
    fn headers_differ_where_the_formats_do() {
        let help = "say \"hi\"\nand \\ go";
        let of = |format, name: &str, kind| {
            let unit = if name.contains("seconds") { "seconds" } else { "" };
            written(|out| header(out, format, &Head { name, kind, help, unit }))
        };
        assert_eq!(
            of(Format::Text, "a_seconds_total", Type::Counter),
            "# HELP a_seconds_total say \"hi\"\\nand \\\\ go\n# TYPE a_seconds_total counter\n"
        );
        assert_eq!(
            of(Format::OpenMetrics, "a_seconds_total", Type::Counter),
            "# HELP a_seconds say \\\"hi\\\"\\nand \\\\ go\n# TYPE a_seconds counter\n\
             # UNIT a_seconds seconds\n"
        );
        let lines = of(Format::OpenMetrics, "foreign", Type::Counter);
        assert!(lines.ends_with("# TYPE foreign unknown\n"), "{lines}");
        let lines = of(Format::OpenMetrics, "target_info", Type::Info);
        assert!(lines.ends_with("# TYPE target info\n"), "{lines}");
    }
}
