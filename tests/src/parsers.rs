//! A metrics page as Python's `prometheus_client` reads it: the parsers that many scrapers use.

use std::collections::BTreeMap;
use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::page::Format;
use crate::tools;

/// One family, as the parser tells it.
#[derive(Clone, Debug)]
pub struct Read {
    /// Without `_total`.
    pub name: String,
    /// `counter`, `gauge` and so on.
    pub kind: String,
    /// What `# UNIT` says, in OpenMetrics.
    pub unit: String,
    /// What `# HELP` says.
    pub help: String,
    /// Name and labels, and the value's bits.
    pub samples: Vec<(String, BTreeMap<String, String>, u64)>,
    /// How many samples have an exemplar.
    pub exemplars: usize,
}

/// What the parser reads; panics with its words when it refuses the page, `None` when it is not
/// installed.
#[track_caller]
pub fn read(page: &str, format: Format) -> Option<Vec<Read>> {
    let python = tools::find("python-prometheus")?;
    let mut child = Command::new(python)
        .arg(tools::workspace().join("tests/src/parsers.py"))
        .arg(match format {
            Format::Text => "text",
            Format::OpenMetrics => "openmetrics",
        })
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("python starts");
    let mut input = child.stdin.take().expect("python reads a page");
    input.write_all(page.as_bytes()).expect("python reads the page");
    drop(input);
    let output = child.wait_with_output().expect("python ends");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "prometheus_client refuses the page: {said}\n{page}");
    let told: Value = serde_json::from_slice(&output.stdout).expect("the script writes JSON");
    Some(told.as_array().expect("families").iter().map(family).collect())
}

fn family(value: &Value) -> Read {
    let samples = value["samples"].as_array().expect("a family has samples");
    Read {
        name: text(&value["name"]),
        kind: text(&value["type"]),
        unit: text(&value["unit"]),
        help: text(&value["help"]),
        samples: samples.iter().map(sample).collect(),
        exemplars: samples.iter().filter(|sample| !sample["exemplar"].is_null()).count(),
    }
}

fn sample(value: &Value) -> (String, BTreeMap<String, String>, u64) {
    let labels = value["labels"].as_object().expect("labels are an object");
    let labels = labels.iter().map(|(name, value)| (name.clone(), text(value))).collect();
    let number: f64 = text(&value["value"]).parse().expect("a value is a number");
    (text(&value["name"]), labels, number.to_bits())
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
