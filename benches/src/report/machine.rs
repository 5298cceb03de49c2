//! Where and with what it was measured: the machine, the date, the compiler, the peers' versions.

use std::fs;
use std::process::Command;

use serde_json::{Map, Value, json};

use crate::cases::Failure;
use crate::pin::cores;

/// The machine of now.
pub(super) fn describe() -> Result<Value, Failure> {
    let read = |file: &str| fs::read_to_string(file).unwrap_or_default();
    let info = read("/proc/cpuinfo");
    let processor = info
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(':'))
        .map_or("an unknown processor", |(_, name)| name.trim());
    Ok(json!({
        "date": said("date", &["-u", "+%Y-%m-%d"])?,
        "processor": processor,
        "architecture": std::env::consts::ARCH,
        "cores": cores(),
        "system": said("uname", &["-sr"])?,
        "clock": read("/sys/devices/system/clocksource/clocksource0/current_clocksource").trim(),
        "rustc": said("rustc", &["--version"])?,
    }))
}

/// What a program prints.
fn said(program: &str, arguments: &[&str]) -> Result<String, Failure> {
    let output = Command::new(program).args(arguments).output()?;
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// The versions of the crates that a manifest names, from its lock file.
pub(super) fn versions(manifest: &str, lock: &str) -> Value {
    let ours =
        lock.split("[[package]]").find(|package| package.contains("name = \"plimsoll-bench\""));
    let mut all = Map::new();
    for line in lines_of(manifest, "[dependencies]") {
        let Some((name, _)) = line.split_once('=') else {
            continue;
        };
        let name = name.trim();
        // Where a lock file has several versions, a dependency is written with its own.
        let exact = ours.and_then(|own| {
            own.lines().find_map(|line| line.trim().strip_prefix(&format!("\"{name} ")))
        });
        let exact = exact.map(|rest| rest.split('"').next().unwrap_or_default());
        let only = || {
            let (_, rest) = lock.split_once(&format!("name = \"{name}\"\nversion = \""))?;
            rest.split('"').next()
        };
        if let Some(version) = exact.or_else(only) {
            all.insert(name.to_owned(), version.into());
        }
    }
    Value::Object(all)
}

/// The lines of one section that say something.
fn lines_of<'a>(manifest: &'a str, section: &'a str) -> impl Iterator<Item = &'a str> {
    manifest
        .lines()
        .skip_while(move |line| line.trim() != section)
        .skip(1)
        .take_while(|line| !line.starts_with('['))
        .filter(|line| !line.trim().is_empty() && !line.starts_with('#'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_several_versions_the_bench_names_its_own() {
        let manifest = "[package]\nname = \"x\"\n\n[dependencies]\n# The peers.\na = \"1\"\n\
                        b = { version = \"2\" }\n\n[lints.rust]\nc = \"deny\"\n";
        let lock = "[[package]]\nname = \"a\"\nversion = \"1.2.3\"\n\n[[package]]\nname = \"b\"\n\
                    version = \"1.0.0\"\n\n[[package]]\nname = \"b\"\nversion = \"2.0.1\"\n\n\
                    [[package]]\nname = \"plimsoll-bench\"\nversion = \"0\"\ndependencies = [\n \
                    \"a\",\n \"b 2.0.1\",\n]\n";
        assert_eq!(versions(manifest, lock), json!({ "a": "1.2.3", "b": "2.0.1" }));
    }
}
