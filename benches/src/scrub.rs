//! What the scrubber costs: starts the package `scrub` beside this one.
//!
//! It is a program of its own, since its peer brings three hundred crates that no figure here
//! should have. Called by `main` for `scrub`.

use std::env;
use std::process::Command;

use crate::arguments::Arguments;
use crate::cases::Failure;

/// Builds and runs it.
pub(crate) fn run(arguments: &Arguments) -> Result<bool, Failure> {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(env!("CARGO_MANIFEST_DIR"));
    command.args(["run", "--release", "--quiet", "--package", "plimsoll-scrub-bench", "--"]);
    // Told from where this program was started.
    for file in &arguments.filters {
        command.arg(std::path::absolute(file)?);
    }
    Ok(command.status()?.success())
}
