//! The scrubber as a filter, and, where a folder of corpora is given, scored on them.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

const SCRUB: &str = env!("CARGO_BIN_EXE_scrub");

/// What the filter answers to lines.
fn filtered(lines: &str) -> String {
    let mut filter = Command::new(SCRUB)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the filter starts");
    filter.stdin.take().expect("a pipe").write_all(lines.as_bytes()).expect("it reads");
    let output = filter.wait_with_output().expect("it ends");
    assert!(output.status.success());
    String::from_utf8(output.stdout).expect("its lines are UTF-8")
}

#[test]
fn each_line_is_answered_by_one_in_the_same_order() {
    let lines = concat!(
        "\"cache miss\"\n",
        "\"a \\\"quoted\\\" line\\n\\u00e4 \\ud83d\\ude00\"\n",
        "\"\"\n",
        "\"login {\\\"password\\\":\\\"sesame-7\\\"}\\n\"\n",
        "\"key AKIAQ2W3E4R5T6Y7U2I3\"\n",
        "no JSON, password=sesame-7\n",
        "\"the last one has no end of line\"",
    );
    let answers = filtered(lines);
    let answers: Vec<&str> = answers.lines().collect();
    assert_eq!(
        answers,
        [
            "\"cache miss\"",
            "\"a \\\"quoted\\\" line\\n\\u00e4 \\ud83d\\ude00\"",
            "\"\"",
            "\"login {\\\"password\\\":\\\"[redacted:password]\\\"}\\n\"",
            "\"key [redacted:aws-key]\"",
            "\"no JSON, password=[redacted:password]\"",
            "\"the last one has no end of line\"",
        ]
    );
}

/// The figure behind a word of the scorer's report, which is one JSON object.
fn score(folder: &Path, corpus: &str) -> serde_json::Value {
    let output = Command::new("python3")
        .arg(folder.join("score"))
        .args(["--json", "--repeat", "3"])
        .arg(folder.join(corpus))
        .args(["--", SCRUB])
        .output()
        .expect("the scorer starts");
    serde_json::from_slice(&output.stdout).expect("the scorer's report is JSON")
}

#[test]
fn the_corpora_are_masked_and_clean_lines_left() {
    let Some(folder) = std::env::var_os("PLIMSOLL_CORPORA") else {
        eprintln!(
            "SKIPPED: no corpora are scored; PLIMSOLL_CORPORA is to name a folder with `score`, tune and clean"
        );
        return;
    };
    let folder = Path::new(&folder);

    let tune = score(folder, "tune.jsonl.gz");
    let share = tune["masked_share"].as_f64().expect("a share");
    assert!(share >= 0.90, "{share} of all secrets are masked");
    let (mut named, mut masked) = (0.0, 0.0);
    for (kind, row) in tune["by_type"].as_object().expect("rows by type") {
        if kind != "generic-api-key" && kind != "other" {
            named += row["total"].as_f64().unwrap_or_default();
            masked += row["masked"].as_f64().unwrap_or_default();
        }
    }
    assert!(
        masked / named >= 0.97,
        "{masked} of {named} secrets with a type of their own are masked"
    );

    let clean = score(folder, "clean.jsonl.gz");
    let wrong = clean["false_positives_per_million"].as_f64().expect("a rate");
    assert!(wrong <= 500.0, "{wrong} of a million clean lines are touched");
    let touched = clean["over_masked_share"].as_f64().expect("a share");
    assert!(touched < 0.001, "{touched} of all clean characters are touched");
}
