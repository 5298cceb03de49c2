//! Units, as Prometheus writes them at the end of a name and as OpenTelemetry writes them: UCUM.
//!
//! Used by what translates between the two: OTLP, and OpenTelemetry's API.

/// Those that both know: the word, and UCUM's letters.
const KNOWN: [(&str, &str); 32] = [
    ("seconds", "s"),
    ("milliseconds", "ms"),
    ("microseconds", "us"),
    ("nanoseconds", "ns"),
    ("minutes", "min"),
    ("hours", "h"),
    ("days", "d"),
    ("bytes", "By"),
    ("kibibytes", "KiBy"),
    ("mebibytes", "MiBy"),
    ("gibibytes", "GiBy"),
    ("tebibytes", "TiBy"),
    ("kilobytes", "KBy"),
    ("kilobytes", "kBy"),
    ("megabytes", "MBy"),
    ("gigabytes", "GBy"),
    ("terabytes", "TBy"),
    ("bits", "bit"),
    ("ratio", "1"),
    ("percent", "%"),
    ("celsius", "Cel"),
    ("meters", "m"),
    ("volts", "V"),
    ("amperes", "A"),
    ("joules", "J"),
    ("watts", "W"),
    ("grams", "g"),
    ("kilograms", "kg"),
    ("hertz", "Hz"),
    ("kilohertz", "kHz"),
    ("megahertz", "MHz"),
    ("gigahertz", "GHz"),
];

/// UCUM's letters for a word.
pub(crate) fn ucum(word: &str) -> Option<&'static str> {
    KNOWN.iter().find(|(known, _)| *known == word).map(|(_, letters)| *letters)
}

/// The word for UCUM's letters.
#[cfg(feature = "opentelemetry")]
pub(crate) fn word(letters: &str) -> Option<&'static str> {
    KNOWN.iter().find(|(_, known)| *known == letters).map(|(word, _)| *word)
}
