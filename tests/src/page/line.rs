//! One sample line of a metrics page: name, labels, value, time, exemplar.
//!
//! Called by the page's reader, which knows what may stand in which family.

use std::collections::BTreeMap;

use super::Format;

/// One sample.
#[derive(Clone, Debug)]
pub struct Sample {
    /// With its suffix.
    pub name: String,
    /// Sorted by name.
    pub labels: BTreeMap<String, String>,
    /// Its number.
    pub value: f64,
    /// The example that stands behind a bucket.
    pub exemplar: Option<Exemplar>,
}

/// One call that stands for many.
#[derive(Clone, Debug)]
pub struct Exemplar {
    /// `trace_id` and `span_id`.
    pub labels: BTreeMap<String, String>,
    /// What was measured.
    pub value: f64,
    /// When, in seconds since 1970.
    pub time: Option<f64>,
}

impl Sample {
    /// True when it has all of these labels.
    pub fn has(&self, labels: &[(&str, &str)]) -> bool {
        labels.iter().all(|(key, value)| self.labels.get(*key).is_some_and(|own| own == value))
    }
}

pub(super) fn parse(line: &str, format: Format) -> Result<Sample, String> {
    let end = line.find(['{', ' ']).ok_or("a sample without a value")?;
    let name = word(&line[..end], true).ok_or("a bad metric name")?.to_owned();
    let (labels, rest) = labels(&line[end..])?;
    let rest = rest.strip_prefix(' ').ok_or("no space before the value")?;
    let (numbers, example) = match rest.split_once(" # ") {
        Some((numbers, example)) => (numbers, Some(example)),
        None => (rest, None),
    };
    let (value, time) = value_and_time(numbers)?;
    if format == Format::OpenMetrics && time.is_some() {
        return Err("a time of its own, which makes a series stale too late".into());
    }
    let exemplar = match (example, format) {
        (None, _) => None,
        (Some(_), Format::Text) => return Err("an exemplar, which text 0.0.4 has not".into()),
        (Some(example), Format::OpenMetrics) => Some(self::example(example)?),
    };
    Ok(Sample { name, labels, value, exemplar })
}

pub(super) fn number(text: &str) -> Option<f64> {
    match text {
        "+Inf" => Some(f64::INFINITY),
        "-Inf" => Some(f64::NEG_INFINITY),
        "NaN" => Some(f64::NAN),
        // Rust reads `inf` and `infinity` too; the formats do not.
        other if other.starts_with(|first: char| first.is_ascii_digit() || first == '-') => {
            other.parse().ok()
        }
        _ => None,
    }
}

fn example(text: &str) -> Result<Exemplar, String> {
    let (labels, rest) = labels(text)?;
    if labels.is_empty() {
        return Err("an exemplar without labels".into());
    }
    let runes: usize = labels.iter().map(|(k, v)| k.chars().count() + v.chars().count()).sum();
    if runes > 128 {
        return Err("an exemplar of more than 128 characters".into());
    }
    let rest = rest.strip_prefix(' ').ok_or("an exemplar without a value")?;
    let (value, time) = value_and_time(rest)?;
    Ok(Exemplar { labels, value, time })
}

fn value_and_time(text: &str) -> Result<(f64, Option<f64>), String> {
    let (value, time) = match text.split_once(' ') {
        Some((value, time)) => (value, Some(number(time).ok_or("a time that is no number")?)),
        None => (text, None),
    };
    Ok((number(value).ok_or("a value that is no number")?, time))
}

/// The labels at the start of a text, and what follows them.
fn labels(text: &str) -> Result<(BTreeMap<String, String>, &str), String> {
    let mut labels = BTreeMap::new();
    let Some(mut rest) = text.strip_prefix('{') else {
        return Ok((labels, text));
    };
    loop {
        if let Some(after) = rest.strip_prefix('}') {
            return Ok((labels, after));
        }
        let (name, after) = rest.split_once("=\"").ok_or("a label without a value")?;
        let name = word(name, false).ok_or("a bad label name")?;
        let (value, after) = quoted(after)?;
        if labels.insert(name.to_owned(), value).is_some() {
            return Err(format!("the label {name} stands there twice"));
        }
        rest = match after.strip_prefix(',') {
            Some(next) if !next.starts_with('}') => next,
            Some(_) => return Err("a comma before the brace".into()),
            None if after.starts_with('}') => after,
            None => return Err("labels that do not end".into()),
        };
    }
}

/// A label's value up to its closing quote, and what follows the quote.
fn quoted(text: &str) -> Result<(String, &str), String> {
    let mut value = String::new();
    let mut characters = text.char_indices();
    while let Some((place, character)) = characters.next() {
        match character {
            '"' => return Ok((value, &text[place + 1..])),
            '\\' => match characters.next() {
                Some((_, 'n')) => value.push('\n'),
                Some((_, escaped @ ('"' | '\\'))) => value.push(escaped),
                _ => return Err("a bad escape".into()),
            },
            other if other.is_control() => return Err("a control character".into()),
            other => value.push(other),
        }
    }
    Err("a quote that does not close".into())
}

/// A metric's name (which may hold colons) or a label's.
fn word(text: &str, colons: bool) -> Option<&str> {
    let fits = |first: bool, character: char| {
        character.is_ascii_alphabetic()
            || character == '_'
            || (colons && character == ':')
            || (!first && character.is_ascii_digit())
    };
    let mut characters = text.chars().enumerate();
    (!text.is_empty() && characters.all(|(place, one)| fits(place == 0, one))).then_some(text)
}
