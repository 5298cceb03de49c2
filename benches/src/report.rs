//! Runs all of the bench and writes what it found into `benches/README.md` and `benches/bench.svg`.
//!
//! Every part runs as `plimsoll-bench PART --json`, one after the other. With `--from DIR`, a part
//! whose `PART.json` lies there is taken from there, and what runs is put there: so parts can be
//! measured at another time, or the page written anew from the same figures. Between its two markers
//! the page is made of nothing but these objects. Called by `main` for `report`.

mod chart;
mod groups;
mod machine;
mod markdown;
mod sections;

use std::env;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::arguments::Arguments;
use crate::cases::Failure;
use crate::driver::forget_settings;

/// Between these lines of the page stands what this command wrote.
const OPEN: &str = "<!-- made by `plimsoll-bench report`: do not edit -->";
const CLOSE: &str = "<!-- end of what is made -->";

/// What is measured, in the order of the page. The first is the bench without a sub-command.
const PARTS: &[&str] = &["cases", "flat", "page", "lines", "memory", "instructions", "compile"];

/// Runs what is missing, and writes the page and the chart; false if a part went wrong.
pub(crate) fn run(arguments: &Arguments) -> Result<bool, Failure> {
    let from = arguments.from.as_deref().map(Path::new);
    let mut all = json!({});
    for (name, make) in [("machine", machine::describe as fn() -> _), ("versions", versions)] {
        all[name] = known(from, name)?.map_or_else(|| make_and_keep(from, name, make), Ok)?;
    }
    let mut right = true;
    for part in PARTS {
        let value = match known(from, part)? {
            Some(value) => value,
            None => {
                eprintln!("==> {part}");
                let (value, well) = measure(part, arguments)?;
                right &= well;
                if well {
                    keep(from, part, &value)?;
                }
                value
            }
        };
        all[*part] = value;
    }
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = own.join("README.md");
    let text = between(&fs::read_to_string(&page)?, &markdown::text(&all))?;
    fs::write(&page, text)?;
    fs::write(own.join("bench.svg"), chart::svg(&all["cases"]))?;
    eprintln!("written: {} and bench.svg", page.display());
    Ok(right)
}

fn versions() -> Result<Value, Failure> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    let manifest = fs::read_to_string(own.join("Cargo.toml"))?;
    Ok(machine::versions(&manifest, &fs::read_to_string(own.join("Cargo.lock"))?))
}

fn make_and_keep(
    from: Option<&Path>,
    name: &str,
    make: fn() -> Result<Value, Failure>,
) -> Result<Value, Failure> {
    let value = make()?;
    keep(from, name, &value)?;
    Ok(value)
}

/// What an earlier run left.
fn known(from: Option<&Path>, part: &str) -> Result<Option<Value>, Failure> {
    let Some(file) = from.map(|folder| folder.join(format!("{part}.json"))) else {
        return Ok(None);
    };
    if !file.exists() {
        return Ok(None);
    }
    Ok(Some(serde_json::from_slice(&fs::read(file)?)?))
}

fn keep(from: Option<&Path>, part: &str, value: &Value) -> Result<(), Failure> {
    if let Some(folder) = from {
        fs::create_dir_all(folder)?;
        fs::write(folder.join(format!("{part}.json")), value.to_string())?;
    }
    Ok(())
}

/// Runs a part. One that fails is a line of the page, not the end of the report.
fn measure(part: &str, arguments: &Arguments) -> Result<(Value, bool), Failure> {
    let mut command = Command::new(env::current_exe()?);
    forget_settings(&mut command);
    if part == PARTS[0] {
        if let Some(rounds) = arguments.rounds {
            command.args(["--rounds", &rounds.to_string()]);
        }
    } else {
        command.arg(part);
    }
    let output = command.arg("--json").stdin(Stdio::null()).stderr(Stdio::inherit()).output()?;
    match serde_json::from_slice(&output.stdout) {
        Ok(value) => Ok((value, output.status.success())),
        Err(_) => Ok((json!({ "skipped": "it did not run" }), false)),
    }
}

/// The page with this text between its markers.
fn between(page: &str, text: &str) -> Result<String, Failure> {
    let (before, rest) = page.split_once(OPEN).ok_or("README.md has no opening marker")?;
    let (_, after) = rest.split_once(CLOSE).ok_or("README.md has no closing marker")?;
    Ok(format!("{before}{OPEN}\n\n{}\n\n{CLOSE}{after}", text.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_outside_of_the_markers_is_left_alone() {
        let page = format!("# Title\n\n{OPEN}\nold\n{CLOSE}\n\nlast\n");
        let written = between(&page, "new").unwrap();
        assert_eq!(written, format!("# Title\n\n{OPEN}\n\nnew\n\n{CLOSE}\n\nlast\n"));
        assert_eq!(between(&written, "new").unwrap(), written);
        assert!(between("# Title\n", "new").is_err());
    }
}
