//! A strict reader of a metrics page: text 0.0.4 or OpenMetrics 1.0.
//!
//! Stricter than Prometheus, which forgives much: families are whole and described, no series
//! occurs twice, histograms add up. The tests read every page through it.

mod line;

use std::collections::BTreeSet;

pub use line::{Exemplar, Sample};

/// A whole page.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// In the order of the page.
    pub families: Vec<Family>,
}

/// One metric with all its series.
#[derive(Clone, Debug, Default)]
pub struct Family {
    /// As its `# TYPE` line says: without `_total` in OpenMetrics.
    pub name: String,
    /// `counter`, `gauge`, `histogram`, `summary`, `info`, `unknown` or `untyped`.
    pub kind: String,
    /// What its `# HELP` line says.
    pub help: String,
    /// All its samples.
    pub samples: Vec<Sample>,
}

/// Which of the two formats a page is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// `text/plain; version=0.0.4`
    Text,
    /// `application/openmetrics-text; version=1.0.0`
    OpenMetrics,
}

impl Format {
    /// The value of an `Accept` header that asks for it.
    pub fn accept(self) -> &'static str {
        match self {
            Format::Text => "text/plain; version=0.0.4",
            Format::OpenMetrics => "application/openmetrics-text; version=1.0.0",
        }
    }
}

impl Page {
    /// Reads a page; panics with the line that breaks a rule.
    #[track_caller]
    pub fn read(text: &str, format: Format) -> Page {
        match parse(text, format) {
            Ok(page) => page,
            Err(why) => panic!("the page breaks a rule: {why}\n{text}"),
        }
    }

    /// Reads the page of an answer, in the format that its content type names.
    #[track_caller]
    pub fn of(answer: &crate::http::Answer) -> Page {
        assert_eq!(answer.status, 200, "{}", answer.body);
        let kind = answer.header("content-type").expect("a page says what it is");
        let format = match kind {
            kind if kind.starts_with("application/openmetrics-text") => Format::OpenMetrics,
            kind if kind.starts_with("text/plain") => Format::Text,
            other => panic!("no metrics page: {other}"),
        };
        Page::read(&answer.body, format)
    }

    /// The one sample of this name whose labels hold all of these.
    #[track_caller]
    pub fn value(&self, name: &str, labels: &[(&str, &str)]) -> f64 {
        let found = self.find(name, labels);
        assert_eq!(found.len(), 1, "{name}{labels:?} is {} series", found.len());
        found[0].value
    }

    /// The sum of all samples of this name whose labels hold all of these; none is an error.
    #[track_caller]
    pub fn sum(&self, name: &str, labels: &[(&str, &str)]) -> f64 {
        let found = self.find(name, labels);
        assert!(!found.is_empty(), "{name}{labels:?} is not on the page");
        found.iter().map(|sample| sample.value).sum()
    }

    /// All samples of this name whose labels hold all of these.
    pub fn find(&self, name: &str, labels: &[(&str, &str)]) -> Vec<&Sample> {
        let all = self.families.iter().flat_map(|family| &family.samples);
        all.filter(|sample| sample.name == name && sample.has(labels)).collect()
    }

    /// The family of this name.
    pub fn family(&self, name: &str) -> Option<&Family> {
        self.families.iter().find(|family| family.name == name)
    }

    /// Name and labels of every series, for comparing what exists.
    pub fn series(&self) -> BTreeSet<String> {
        let all = self.families.iter().flat_map(|family| &family.samples);
        all.map(|sample| format!("{}{:?}", sample.name, sample.labels)).collect()
    }
}

fn parse(text: &str, format: Format) -> Result<Page, String> {
    let body = match format {
        Format::Text => text,
        Format::OpenMetrics => {
            text.strip_suffix("# EOF\n").ok_or("OpenMetrics ends with `# EOF`")?
        }
    };
    if !body.is_empty() && !body.ends_with('\n') {
        return Err("the last line does not end".into());
    }
    let mut page = Page::default();
    for line in body.lines() {
        read_line(&mut page, line, format).map_err(|why| format!("{why}: {line}"))?;
    }
    let mut names = BTreeSet::new();
    for family in &page.families {
        if !names.insert(&family.name) {
            return Err(format!("{} is on the page twice", family.name));
        }
        check(family, format).map_err(|why| format!("{}: {why}", family.name))?;
    }
    Ok(page)
}

fn read_line(page: &mut Page, line: &str, format: Format) -> Result<(), String> {
    if let Some(rest) = line.strip_prefix("# ") {
        let (word, rest) = rest.split_once(' ').ok_or("a comment of one word")?;
        let (name, text) = rest.split_once(' ').unwrap_or((rest, ""));
        if page.families.last().is_none_or(|family| family.name != name) {
            page.families.push(Family { name: name.to_owned(), ..Family::default() });
        }
        let family = page.families.last_mut().ok_or("no family")?;
        if !family.samples.is_empty() {
            return Err("described after its first sample".into());
        }
        return match word {
            "HELP" => fill(&mut family.help, text),
            "TYPE" => fill(&mut family.kind, text),
            "UNIT" if format == Format::OpenMetrics => Ok(()),
            _ => Err("an unknown comment".into()),
        };
    }
    let sample = line::parse(line, format)?;
    let family = page.families.last_mut().ok_or("a sample before any `# TYPE`")?;
    let suffix = sample.name.strip_prefix(&family.name).ok_or("not of the family above")?;
    let suffixes: &[&str] = match (family.kind.as_str(), format) {
        ("counter", Format::OpenMetrics) => &["_total", "_created"],
        ("histogram", _) => &["_bucket", "_sum", "_count", "_created"],
        ("summary", _) => &["", "_sum", "_count", "_created"],
        ("info", Format::OpenMetrics) => &["_info"],
        _ => &[""],
    };
    if !suffixes.contains(&suffix) {
        return Err(format!("`{suffix}` does not belong to a {}", family.kind));
    }
    family.samples.push(sample);
    Ok(())
}

fn fill(place: &mut String, text: &str) -> Result<(), String> {
    if !place.is_empty() || text.is_empty() {
        return Err("said twice, or says nothing".into());
    }
    place.push_str(text);
    Ok(())
}

fn check(family: &Family, format: Format) -> Result<(), String> {
    if family.kind.is_empty() || family.help.is_empty() {
        return Err("has no HELP or no TYPE".into());
    }
    let mut seen = BTreeSet::new();
    for sample in &family.samples {
        if !seen.insert(format!("{}{:?}", sample.name, sample.labels)) {
            return Err(format!("a series occurs twice: {:?}", sample.labels));
        }
        if family.kind == "counter" && (sample.value.is_nan() || sample.value < 0.0) {
            return Err(format!("a counter of {}", sample.value));
        }
    }
    if family.kind == "histogram" { check_histogram(family, format) } else { Ok(()) }
}

fn check_histogram(family: &Family, format: Format) -> Result<(), String> {
    let part = |suffix: &str| format!("{}{suffix}", family.name);
    let (bucket, count, sum) = (part("_bucket"), part("_count"), part("_sum"));
    let of = |name: &str, wanted: &Sample| {
        let mut all = family.samples.iter();
        all.find(|sample| sample.name == name && sample.labels == wanted.labels).cloned()
    };
    let mut last: Option<(Sample, f64)> = None;
    for sample in family.samples.iter().filter(|sample| sample.name == bucket) {
        let mut series = sample.clone();
        let bound = series.labels.remove("le").ok_or("a bucket without `le`")?;
        let bound = line::number(&bound).ok_or("`le` is no number")?;
        let before = last.take().filter(|(before, _)| before.labels == series.labels);
        if before.is_some_and(|(before, lower)| lower >= bound || before.value > sample.value) {
            return Err(format!("buckets do not grow: {:?}", series.labels));
        }
        if bound == f64::INFINITY {
            match (of(&count, &series), of(&sum, &series), format) {
                // A sum that could fall is no counter, and has no place there.
                (None, None, Format::OpenMetrics) => {}
                (None, ..) => return Err("a histogram without `_count`".into()),
                (_, None, _) => return Err("a histogram without `_sum`".into()),
                (Some(count), Some(_), _) if count.value == sample.value => {}
                _ => return Err(format!("+Inf is not the count: {:?}", series.labels)),
            }
        } else {
            last = Some((series, bound));
        }
    }
    if last.is_some() { Err("no +Inf bucket".into()) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "# HELP a_seconds Time.\n# TYPE a_seconds histogram\n\
        a_seconds_bucket{f=\"x\",le=\"0.1\"} 1 # {trace_id=\"ab\"} 0.07 1795252115.3\n\
        a_seconds_bucket{f=\"x\",le=\"+Inf\"} 2\na_seconds_sum{f=\"x\"} 1.5\n\
        a_seconds_count{f=\"x\"} 2\n# HELP errs Errors.\n# TYPE errs counter\n\
        errs_total{kind=\"a\\\"}b\"} 2\n# EOF\n";

    #[test]
    fn a_good_page_is_read() {
        let page = Page::read(GOOD, Format::OpenMetrics);
        assert_eq!(page.value("errs_total", &[("kind", "a\"}b")]), 2.0);
        assert_eq!(page.value("a_seconds_count", &[("f", "x")]), 2.0);
        let bucket = page.find("a_seconds_bucket", &[("le", "0.1")])[0];
        let exemplar = bucket.exemplar.as_ref().unwrap();
        assert_eq!(exemplar.labels["trace_id"], "ab");
        assert_eq!(exemplar.value, 0.07);
    }

    #[test]
    fn a_broken_page_is_refused() {
        let broken = [
            (GOOD.replace("# EOF\n", ""), "EOF"),
            (GOOD.replace("\"+Inf\"} 2", "\"+Inf\"} 3"), "count"),
            (GOOD.replace("\"0.1\"} 1", "\"0.1\"} 5"), "grow"),
            (GOOD.replace("errs_total", "errs"), "belong"),
            (GOOD.replace("# HELP errs Errors.\n", ""), "HELP"),
            (GOOD.replace("} 2\n# EOF", "} -2\n# EOF"), "counter of"),
            (GOOD.replace("# EOF", "errs_total{kind=\"a\\\"}b\"} 2\n# EOF"), "twice"),
            (GOOD.replace("kind=", "9kind="), "label"),
        ];
        for (text, why) in broken {
            let error = parse(&text, Format::OpenMetrics).expect_err(why);
            assert!(error.contains(why), "{error} does not speak of {why}");
        }
        let exemplar = GOOD.replace("# EOF\n", "").replace("errs Err", "errs_total Err");
        let text = exemplar.replace("TYPE errs", "TYPE errs_total");
        let error = parse(&text, Format::Text).expect_err("0.0.4 has no exemplars");
        assert!(error.contains("exemplar"), "{error}");
    }
}
