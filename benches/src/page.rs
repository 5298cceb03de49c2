//! What a scrape costs: starts the program `page`, which has a thousand marked functions.
//!
//! They stand in a program of their own (`bin/page`), because the catalogue of every other case
//! would hold them as well. Called by `main` for `page`.

use std::env;
use std::path::Path;
use std::process::Command;

use crate::Arguments;
use crate::cases::Failure;

/// Builds the program and runs it; false if the pages did not agree.
pub(crate) fn run(arguments: &Arguments) -> Result<bool, Failure> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
    command.args(["run", "--quiet", "--release", "--bin", "page", "--manifest-path"]);
    command.arg(manifest).arg("--");
    if arguments.json {
        command.arg("--json");
    }
    if let Some(rounds) = arguments.rounds {
        command.args(["--rounds", &rounds.to_string()]);
    }
    Ok(command.status()?.success())
}
