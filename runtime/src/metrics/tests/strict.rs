//! A strict reader of the metrics page, for tests: what it accepts, every scraper accepts.
//!
//! Written from the two formats' specifications, not from the writer.

use std::collections::{BTreeMap, HashSet};

use crate::metrics::write::Format;

/// Label pairs as they stand on the page, unescaped.
pub(crate) type Labels = Vec<(String, String)>;

/// One line of the page.
#[derive(Debug)]
pub(crate) struct Sample {
    pub(crate) name: String,
    pub(crate) labels: Labels,
    pub(crate) value: f64,
    pub(crate) exemplar: Option<(Labels, f64)>,
}

/// A page that kept all rules.
#[derive(Debug, Default)]
pub(crate) struct Page {
    pub(crate) samples: Vec<Sample>,
    /// Type by family name.
    pub(crate) types: BTreeMap<String, String>,
}

impl Page {
    pub(crate) fn all(&self, name: &str) -> impl Iterator<Item = &Sample> {
        self.samples.iter().filter(move |sample| sample.name == name)
    }

    /// The sum of the samples that have these labels; an empty value means: without that label.
    pub(crate) fn sum(&self, name: &str, labels: &[(&str, &str)]) -> f64 {
        let fits = |sample: &&Sample| {
            labels.iter().all(|(label, value)| {
                let found = sample.labels.iter().find(|(name, _)| name == label);
                found.map_or("", |(_, value)| value) == *value
            })
        };
        self.all(name).filter(fits).map(|sample| sample.value).sum()
    }

    /// The labels of each series with an exemplar, and the exemplar's trace id.
    pub(crate) fn exemplars(&self) -> impl Iterator<Item = (&Labels, String)> {
        self.samples.iter().filter_map(|sample| {
            let (labels, _) = sample.exemplar.as_ref()?;
            Some((&sample.labels, labels.first()?.1.clone()))
        })
    }
}

/// Reads a page, or says which line breaks which rule.
pub(crate) fn read(text: &str, format: Format) -> Result<Page, String> {
    let mut page = Page::default();
    let mut family = (String::new(), String::new());
    let mut seen = HashSet::new();
    let body = match format {
        Format::Text => text,
        Format::OpenMetrics => text.strip_suffix("# EOF\n").ok_or("no EOF")?,
    };
    if !body.is_empty() && !body.ends_with('\n') {
        return Err("the last line has no end".to_owned());
    }
    for line in body.lines() {
        let wrong = |what: &str| Err(format!("{what}: {line}"));
        if line.chars().any(char::is_control) {
            return wrong("control character");
        }
        if let Some(rest) = line.strip_prefix("# ") {
            let mut words = rest.splitn(3, ' ');
            let (word, name) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
            let text = words.next().unwrap_or("");
            check_name(name, true)?;
            match word {
                "HELP" if name != family.0 => family = (name.to_owned(), String::new()),
                "TYPE" => {
                    if page.types.insert(name.to_owned(), text.to_owned()).is_some() {
                        return wrong("second TYPE");
                    }
                    family = (name.to_owned(), text.to_owned());
                }
                "UNIT" if format == Format::OpenMetrics && name == family.0 => {
                    if !name.ends_with(&format!("_{text}")) {
                        return wrong("unit is no suffix");
                    }
                }
                _ => return wrong("unexpected comment"),
            }
            if word == "HELP" {
                unescape(text, format == Format::OpenMetrics)?;
            }
            continue;
        }
        let sample = sample(line, format).map_err(|what| format!("{what}: {line}"))?;
        if !belongs(&sample.name, &family.0, &family.1, format) {
            return wrong("not of the family above");
        }
        if !seen.insert((sample.name.clone(), sorted(&sample.labels))) {
            return wrong("series occurs twice");
        }
        page.samples.push(sample);
    }
    check_histograms(&page, format)?;
    Ok(page)
}

fn sorted(labels: &Labels) -> Labels {
    let mut labels = labels.clone();
    labels.sort();
    labels
}

fn belongs(sample: &str, family: &str, kind: &str, format: Format) -> bool {
    let suffixes: &[&str] = match (kind, format) {
        ("counter", Format::OpenMetrics) => &["_total"],
        ("info", Format::OpenMetrics) => &["_info"],
        ("histogram", _) => &["_bucket", "_sum", "_count"],
        ("summary", _) => &["", "_sum", "_count"],
        ("gauge", _) | ("unknown", Format::OpenMetrics) | ("counter", Format::Text) => &[""],
        _ => &[],
    };
    suffixes.iter().any(|suffix| sample == format!("{family}{suffix}"))
}

fn check_name(name: &str, colon: bool) -> Result<(), String> {
    let fits =
        |letter: char| letter.is_ascii_alphanumeric() || letter == '_' || (colon && letter == ':');
    if name.is_empty()
        || name.starts_with(|it: char| it.is_ascii_digit())
        || !name.chars().all(fits)
    {
        return Err(format!("not a name: {name:?}"));
    }
    Ok(())
}

fn sample(line: &str, format: Format) -> Result<Sample, String> {
    let end = line.find(['{', ' ']).ok_or("no value")?;
    let name = line[..end].to_owned();
    check_name(&name, true)?;
    let (labels, rest) = labels(&line[end..])?;
    let rest = rest.strip_prefix(' ').ok_or("no space before the value")?;
    let (value, exemplar) = match rest.split_once(" # ") {
        Some((value, exemplar)) => (value, Some(exemplar)),
        None => (rest, None),
    };
    let (value, time) = value.split_once(' ').map_or((value, None), |(v, t)| (v, Some(t)));
    if time.is_some_and(|time| time.parse::<f64>().is_err()) {
        return Err("not a time".to_owned());
    }
    let exemplar = match exemplar {
        Some(_) if format == Format::Text || !name.ends_with("_bucket") => {
            return Err("no exemplar may be here".to_owned());
        }
        Some(text) => Some(read_exemplar(text)?),
        None => None,
    };
    Ok(Sample { name, labels, value: number(value)?, exemplar })
}

fn read_exemplar(text: &str) -> Result<(Labels, f64), String> {
    let (labels, rest) = labels(text)?;
    if labels.iter().map(|(name, value)| name.len() + value.len()).sum::<usize>() > 128 {
        return Err("exemplar is too long".to_owned());
    }
    let (value, time) = rest.trim_start().split_once(' ').ok_or("exemplar without time")?;
    time.parse::<f64>().map_err(|_| "not a time")?;
    Ok((labels, number(value)?))
}

fn number(text: &str) -> Result<f64, String> {
    match text {
        "+Inf" => Ok(f64::INFINITY),
        "-Inf" => Ok(f64::NEG_INFINITY),
        "NaN" => Ok(f64::NAN),
        _ if text.bytes().all(|byte| b"0123456789+-.e".contains(&byte)) => {
            text.parse().map_err(|_| format!("not a number: {text}"))
        }
        _ => Err(format!("not a number: {text}")),
    }
}

/// Labels in braces, and what follows them.
fn labels(text: &str) -> Result<(Labels, &str), String> {
    let mut labels = Labels::new();
    let Some(mut rest) = text.strip_prefix('{') else {
        return Ok((labels, text));
    };
    loop {
        let (name, value) = rest.split_once("=\"").ok_or("label without value")?;
        check_name(name, false)?;
        let mut escaped = false;
        let end = value
            .char_indices()
            .find(|(_, letter)| {
                let closes = *letter == '"' && !escaped;
                escaped = *letter == '\\' && !escaped;
                closes
            })
            .ok_or("label without end")?
            .0;
        if labels.iter().any(|(known, _)| known == name) {
            return Err(format!("label occurs twice: {name}"));
        }
        labels.push((name.to_owned(), unescape(&value[..end], true)?));
        match value[end + 1..].split_at_checked(1) {
            Some((",", more)) => rest = more,
            Some(("}", after)) => return Ok((labels, after)),
            _ => return Err("labels without end".to_owned()),
        }
    }
}

fn unescape(text: &str, quotes: bool) -> Result<String, String> {
    let mut out = String::new();
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => match letters.next() {
                Some('\\') => out.push('\\'),
                Some('n') => out.push('\n'),
                Some('"') if quotes => out.push('"'),
                other => return Err(format!("unknown escape: {other:?}")),
            },
            '"' if quotes => return Err("bare quote".to_owned()),
            other => out.push(other),
        }
    }
    Ok(out)
}

fn check_histograms(page: &Page, format: Format) -> Result<(), String> {
    let mut groups: BTreeMap<(String, Labels), Vec<(f64, f64)>> = BTreeMap::new();
    for sample in &page.samples {
        let Some(family) = sample.name.strip_suffix("_bucket") else {
            continue;
        };
        let le = sample.labels.iter().find(|(name, _)| name == "le").ok_or("bucket without le")?;
        let rest = sample.labels.iter().filter(|(name, _)| name != "le").cloned().collect();
        let group = groups.entry((family.to_owned(), sorted(&rest))).or_default();
        group.push((number(&le.1)?, sample.value));
    }
    for ((family, labels), buckets) in groups {
        let rising = buckets.windows(2).all(|two| two[0].0 < two[1].0 && two[0].1 <= two[1].1);
        let of = |suffix: &str| {
            let name = format!("{family}{suffix}");
            let found = page.all(&name).find(|sample| sorted(&sample.labels) == labels);
            found.map(|sample| sample.value)
        };
        let (infinity, all) = *buckets.last().ok_or("no bucket")?;
        let adds_up = match (of("_sum"), of("_count"), format) {
            // A sum that could fall is no counter.
            (None, None, Format::OpenMetrics) => true,
            (Some(_), Some(count), _) => count == all,
            _ => false,
        };
        if !rising || infinity != f64::INFINITY || !adds_up {
            return Err(format!("{family}{labels:?} is no histogram: {buckets:?}"));
        }
    }
    Ok(())
}
