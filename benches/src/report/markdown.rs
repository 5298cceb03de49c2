//! The page's text from the parts' objects. Pure: the same objects make the same text.

use std::fmt::Write as _;

use serde_json::Value;

use super::PARTS;
use super::groups::{self, GROUPS};
use super::sections::{Column, SECTIONS, Section};
use crate::table::number;

pub(super) fn text(all: &Value) -> String {
    let mut out = String::new();
    // Writing to a String cannot fail.
    let _ = writeln!(out, "{}\n", origin(&all["machine"]));
    let _ = writeln!(out, "{}\n", versions(&all["versions"]));
    out.push_str("![Nanoseconds a call, plimsoll and its peers](bench.svg)\n\n");
    out.push_str(&promises(all));
    out.push_str(&cases(&all["cases"]));
    for section in SECTIONS {
        out.push_str(&one(section, &all[section.part]));
    }
    for part in PARTS {
        if let Some(why) = all[*part]["skipped"].as_str() {
            let _ = writeln!(out, "No figure for `{part}`: {why}.\n");
        }
    }
    out
}

fn origin(machine: &Value) -> String {
    let of = |key: &str| plain(&machine[key]);
    format!(
        "Measured on {}: {}, {} cores, {}, {}, clock `{}`, {}.",
        of("date"),
        of("processor"),
        of("cores"),
        of("architecture"),
        of("system"),
        of("clock"),
        of("rustc"),
    )
}

fn versions(all: &Value) -> String {
    let of = |(name, version): (&String, &Value)| format!("{name} {}", plain(version));
    let peers = all.as_object().into_iter().flatten();
    // What the bench itself is made of is no peer.
    let own = ["plimsoll", "libc", "serde_json", "itoa", "zmij"];
    let peers = peers.filter(|(name, _)| !own.contains(&name.as_str()));
    format!("Versions: {}.", peers.map(of).collect::<Vec<_>>().join(", "))
}

fn promises(all: &Value) -> String {
    let mut out = String::from(
        "### What plimsoll promises\n\n\
         | promise | figure | by medians | floor | limit | |\n|---|--:|--:|--:|--:|---|\n",
    );
    let claims = PARTS.iter().flat_map(|part| {
        let claims = all[*part]["promises"].as_array().into_iter().flatten();
        claims.map(move |claim| (*part, claim))
    });
    for (part, claim) in claims {
        // The cases are what the table begins with.
        let part = if part == PARTS[0] { String::new() } else { format!("{part}: ") };
        let of = |key: &str| number(claim[key].as_f64());
        let sense = if claim["at_least"] == true { "at least" } else { "at most" };
        let verdict = match claim["holds"].as_bool() {
            Some(true) => "holds",
            Some(false) => "**missed**",
            None => "no figure",
        };
        let unit = claim["unit"].as_str().filter(|unit| !unit.is_empty());
        let unit = unit.map_or(String::new(), |unit| format!(" {unit}"));
        let _ = writeln!(
            out,
            "| {part}{} | {} | {} | {} | {sense} {}{unit} | {verdict} |",
            plain(&claim["what"]),
            of("value"),
            of("value_by_medians"),
            of("floor"),
            of("limit"),
        );
    }
    out + "\n"
}

fn cases(all: &Value) -> String {
    let mut out = String::from("### What a call costs, ns\n\n");
    for group in GROUPS {
        let cases = groups::cases(all, *group);
        if cases.is_empty() {
            continue;
        }
        let _ = writeln!(
            out,
            "| {} | min | median | x ours | CPU | allocations | bytes | |\n\
             |---|--:|--:|--:|--:|--:|--:|---|",
            group.title()
        );
        for case in cases {
            let of = |key: &str| number(case[key].as_f64());
            let note = plain(&case["note"]);
            let note = if case["right"] == false { format!("**wrong: {note}**") } else { note };
            let _ = writeln!(
                out,
                "| {} | {} | {} | {} | {} | {} | {} | {note} |",
                marked(groups::name(case)),
                of("min_ns"),
                of("median_ns"),
                of("times_ours"),
                of("cpu_ns"),
                of("allocations"),
                of("bytes"),
            );
        }
        out.push('\n');
    }
    out
}

/// A table; nothing where the part has no such list.
fn one(section: &Section, part: &Value) -> String {
    let Some(list) = part[section.list].as_array() else {
        return String::new();
    };
    let headings: Vec<_> = section.columns.iter().map(|Column(heading, ..)| *heading).collect();
    let rules = section.columns.iter().map(|Column(_, key, _)| match *key {
        "name" | "mode" | "lost" => "---",
        _ => "--:",
    });
    let mut out = format!(
        "### {}\n\n| {} |\n|{}|\n",
        section.title,
        headings.join(" | "),
        rules.collect::<Vec<_>>().join("|")
    );
    for entry in list {
        let cells = section.columns.iter().map(|Column(_, key, unit)| match *key {
            "name" => marked(entry[*key].as_str().unwrap_or_default()),
            "lost" => lost(&entry[*key]),
            _ => match entry[*key].as_f64() {
                Some(whole) if *unit == 1.0 && whole.fract() == 0.0 => format!("{whole}"),
                Some(value) => number(Some(value / unit)),
                None => plain(&entry[*key]),
            },
        });
        let _ = writeln!(out, "| {} |", cells.collect::<Vec<_>>().join(" | "));
    }
    out + "\n"
}

/// Parts that were dropped, by reason.
fn lost(parts: &Value) -> String {
    let parts = parts.as_array().into_iter().flatten();
    let percent = |part: &Value| part[1].as_f64().unwrap_or(0.0) * 100.0;
    parts
        .filter(|part| percent(part) > 0.0)
        .map(|part| format!("{:.1} % {}", percent(part), plain(&part[0])))
        .collect::<Vec<_>>()
        .join(", ")
}

/// Ours stands out.
fn marked(name: &str) -> String {
    if name.starts_with("plimsoll") { format!("**{name}**") } else { name.to_owned() }
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn sample() -> Value {
        let case = |name: &str, time: f64| {
            json!({"name": name, "min_ns": time, "median_ns": time, "times_ours": time / 20.0,
                   "cpu_ns": time, "allocations": 0.0, "bytes": 0.0, "right": true, "note": ""})
        };
        json!({
            "machine": {"date": "2000-01-01", "processor": "P", "cores": 2, "architecture": "a",
                        "system": "s", "clock": "tsc", "rustc": "rustc 1"},
            "versions": {"fastrace": "0.7", "libc": "0.2"},
            "cases": {
                "cases": [case("usual stack: sync", 800.0), case("plimsoll all signals: sync", 20.0),
                          case("plimsoll all signals: sync", 99.0), case("bare: sync", 1.0)],
                "promises": [{"what": "w", "value": 0.025, "limit": 0.05, "holds": true},
                             {"what": "later", "value": null, "limit": 60, "unit": "ns"}],
            },
            "flat": {"producers": [{"name": "plimsoll: x", "mode": "1 core", "made_per_s": 2e6,
                                    "lost": [["full", 0.25]]}],
                     "promises": [{"what": "f", "value": 2, "limit": 15, "at_least": true,
                                   "unit": "M/s", "holds": false}]},
            "lines": {"skipped": "it did not run"},
        })
    }

    #[test]
    fn the_same_figures_make_the_same_page() {
        assert_eq!(text(&sample()), text(&sample()));
    }

    #[test]
    fn ours_stands_once_and_before_what_is_slower() {
        let text = text(&sample());
        let ours = text.find("| **plimsoll all signals: sync** | 20.0 |").unwrap();
        assert!(ours < text.find("| usual stack: sync | 800 |").unwrap());
        assert!(!text.contains("99.0"), "{text}");
    }

    #[test]
    fn promises_of_all_parts_stand_with_their_verdicts() {
        let text = text(&sample());
        assert!(text.contains("| w | 0.025 |  |  | at most 0.050 | holds |"), "{text}");
        assert!(text.contains("| later |  |  |  | at most 60.0 ns | no figure |"), "{text}");
        assert!(
            text.contains("| flat: f | 2.000 |  |  | at least 15.0 M/s | **missed** |"),
            "{text}"
        );
    }

    #[test]
    fn what_did_not_run_is_said() {
        let text = text(&sample());
        assert!(text.contains("No figure for `lines`: it did not run."), "{text}");
        assert!(text.contains("| **plimsoll: x** | 1 core | 2.000 |"), "{text}");
        assert!(text.contains("25.0 % full"), "{text}");
    }
}
