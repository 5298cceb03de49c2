//! Figures beside those that are committed: what grew, and whether that can be said at all.
//!
//! Pure, but for [`Circumstances::now`].

use std::fmt::{self, Write as _};
use std::process::Command;

use serde_json::{Value, json};

use crate::Failure;

/// A case may take so much more than recorded, less a little for the last digit.
const MAY_GROW: f64 = 1.03;

/// How to take the new figures for right.
const ACCEPT: &str =
    "cargo run --release --manifest-path benches/Cargo.toml -p plimsoll-instructions -- --accept";

/// Instructions that a call of a case takes.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Counted {
    pub(crate) name: String,
    pub(crate) instructions: f64,
}

/// What the figures depend on beside the code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Circumstances {
    pub(crate) rustc: String,
    pub(crate) architecture: String,
    /// The kernel's clock source: whether plimsoll reads the counter or asks the system.
    pub(crate) clock: String,
}

/// What comparing said.
#[derive(Debug, PartialEq)]
pub(crate) enum Verdict {
    /// No figure grew too far.
    Fine,
    /// Lines that say what grew, or is not on both sides.
    Grown(Vec<String>),
    /// What differs, so that nothing can be said.
    NotComparable(Vec<String>),
    /// There are no committed figures.
    Nothing,
}

impl Circumstances {
    pub(crate) fn now() -> Self {
        let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
        let version = Command::new(rustc).arg("--version").output();
        let version = version.map(|out| String::from_utf8_lossy(&out.stdout).trim().to_owned());
        let source = "/sys/devices/system/clocksource/clocksource0/current_clocksource";
        let clock = std::fs::read_to_string(source);
        Self {
            rustc: version.unwrap_or_default(),
            architecture: std::env::consts::ARCH.to_owned(),
            clock: clock.map(|name| name.trim().to_owned()).unwrap_or_default(),
        }
    }
}

/// Compares; `all` is whether every case was counted.
pub(crate) fn judge(
    (then, before): (&Circumstances, &[Counted]),
    (now, counted): (&Circumstances, &[Counted]),
    all: bool,
) -> Verdict {
    let differs: Vec<String> = [
        ("rustc", &then.rustc, &now.rustc),
        ("architecture", &then.architecture, &now.architecture),
        ("clock", &then.clock, &now.clock),
    ]
    .into_iter()
    .filter(|(_, then, now)| then != now)
    .map(|(what, then, now)| format!("{what}: recorded with `{then}`, this is `{now}`"))
    .collect();
    if !differs.is_empty() {
        return Verdict::NotComparable(differs);
    }
    let mut grown = Vec::new();
    for Counted { name, instructions } in counted {
        match find(before, name) {
            None => grown.push(format!("{name}: {instructions:.1}, and nothing is recorded")),
            Some(before) if *instructions >= before * MAY_GROW => grown.push(format!(
                "{name}: {instructions:.1} instead of {before:.1}, {:+.1} %",
                (instructions / before - 1.0) * 100.0
            )),
            Some(_) => {}
        }
    }
    for Counted { name, .. } in before.iter().filter(|_| all) {
        if find(counted, name).is_none() {
            grown.push(format!("{name}: recorded, but there is no such case"));
        }
    }
    if grown.is_empty() { Verdict::Fine } else { Verdict::Grown(grown) }
}

fn find(figures: &[Counted], name: &str) -> Option<f64> {
    figures.iter().find(|figure| figure.name == name).map(|figure| figure.instructions)
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (head, lines): (_, &[String]) = match self {
            Self::Fine => ("no case grew by 3 %", &[]),
            Self::Grown(lines) => ("GROWN: instructions a call", lines),
            Self::NotComparable(lines) => {
                ("NOT JUDGED: the recorded figures say nothing here", lines)
            }
            Self::Nothing => ("there is no benches/instructions.json", &[]),
        };
        f.write_str(head)?;
        for line in lines {
            write!(f, "\n    {line}")?;
        }
        match self {
            Self::Fine => Ok(()),
            _ => write!(f, "\nto take the new figures for right: {ACCEPT}"),
        }
    }
}

/// A table, with what is recorded beside it.
pub(crate) fn text(before: &[Counted], counted: &[Counted]) -> String {
    let mut out = format!("{:40} {:>8} {:>9}\n", "instructions a call", "now", "recorded");
    for Counted { name, instructions } in counted {
        let recorded = find(before, name).map_or(String::new(), |before| format!("{before:.1}"));
        // Writing to a String cannot fail.
        let _ = writeln!(out, "{name:40} {instructions:>8.1} {recorded:>9}");
    }
    out
}

/// The same for programs.
pub(crate) fn json(now: &Circumstances, before: &[Counted], counted: &[Counted]) -> Value {
    let cases: Vec<_> = counted
        .iter()
        .map(|case| {
            json!({
                "name": case.name,
                "instructions": case.instructions,
                "recorded": find(before, &case.name),
            })
        })
        .collect();
    json!({ "circumstances": circumstances(now), "cases": cases })
}

fn circumstances(now: &Circumstances) -> Value {
    json!({ "rustc": now.rustc, "architecture": now.architecture, "clock": now.clock })
}

/// The text of the committed file: a case a line, one digit, so that a diff can be read.
pub(crate) fn write(now: &Circumstances, counted: &[Counted]) -> String {
    let mut out = format!("{{\n  \"circumstances\": {},\n  \"cases\": {{\n", circumstances(now));
    for (place, Counted { name, instructions }) in counted.iter().enumerate() {
        let comma = if place + 1 == counted.len() { "" } else { "," };
        let _ = writeln!(out, "    {}: {instructions:.1}{comma}", json!(name));
    }
    out + "  }\n}\n"
}

/// What [`write`] wrote.
pub(crate) fn read(text: &str) -> Result<(Circumstances, Vec<Counted>), Failure> {
    let value: Value = serde_json::from_str(text)?;
    let of = |key: &str| value["circumstances"][key].as_str().unwrap_or_default().to_owned();
    let then =
        Circumstances { rustc: of("rustc"), architecture: of("architecture"), clock: of("clock") };
    let cases = value["cases"].as_object().ok_or("instructions.json has no cases")?;
    let cases = cases.iter().map(|(name, count)| {
        let instructions = count.as_f64().ok_or("a count is a number")?;
        Ok(Counted { name: name.clone(), instructions })
    });
    Ok((then, cases.collect::<Result<_, Failure>>()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn here() -> Circumstances {
        Circumstances { rustc: "rustc 1".into(), architecture: "a".into(), clock: "tsc".into() }
    }

    fn figures(of: &[(&str, f64)]) -> Vec<Counted> {
        of.iter()
            .map(|(name, instructions)| Counted {
                name: (*name).into(),
                instructions: *instructions,
            })
            .collect()
    }

    fn judged(before: &[(&str, f64)], counted: &[(&str, f64)]) -> Verdict {
        judge((&here(), &figures(before)), (&here(), &figures(counted)), true)
    }

    #[test]
    fn three_percent_are_too_much_and_less_is_not() {
        assert_eq!(judged(&[("a", 100.0)], &[("a", 102.9)]), Verdict::Fine);
        assert_eq!(judged(&[("a", 100.0)], &[("a", 50.0)]), Verdict::Fine);
        let verdict = judged(&[("a", 100.0), ("b", 10.0)], &[("a", 103.1), ("b", 10.0)]);
        assert!(matches!(&verdict, Verdict::Grown(lines) if lines.len() == 1), "{verdict:?}");
        assert!(verdict.to_string().contains("a: 103.1 instead of 100.0, +3.1 %"));
        assert!(verdict.to_string().contains("--accept"));
    }

    #[test]
    fn a_case_that_is_new_or_gone_must_be_accepted() {
        assert!(matches!(judged(&[], &[("a", 1.0)]), Verdict::Grown(_)));
        assert!(matches!(judged(&[("a", 1.0)], &[]), Verdict::Grown(_)));
    }

    #[test]
    fn another_compiler_is_not_judged() {
        let other = Circumstances { rustc: "rustc 2".into(), ..here() };
        let (before, counted) = (figures(&[("a", 1.0)]), figures(&[("a", 9.0)]));
        let verdict = judge((&other, &before), (&here(), &counted), true);
        assert!(matches!(verdict, Verdict::NotComparable(_)), "{verdict:?}");
        assert!(verdict.to_string().contains("recorded with `rustc 2`, this is `rustc 1`"));
    }

    #[test]
    fn what_is_written_can_be_read() {
        let counted = figures(&[("a: b", 12.5), ("c", 7.0)]);
        assert_eq!(read(&write(&here(), &counted)).unwrap(), (here(), counted));
    }
}
