//! Instructions a call, counted by the package `instructions` beside this one.
//!
//! It is a program of its own, which knows no peer: so CI can build it in a moment, and its figures
//! stay the same when a peer is added here. Called by `main` for `instructions`.

use std::env;
use std::process::Command;

use crate::arguments::Arguments;
use crate::cases::Failure;

/// Builds and runs it with the same options; false if a figure grew.
pub(crate) fn run(arguments: &Arguments) -> Result<bool, Failure> {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(env!("CARGO_MANIFEST_DIR"));
    command.args(["run", "--release", "--quiet", "--package", "plimsoll-instructions", "--"]);
    let options =
        [("--json", arguments.json), ("--check", arguments.check), ("--accept", arguments.accept)];
    command.args(options.iter().filter(|(_, given)| *given).map(|(option, _)| option));
    command.args(&arguments.filters);
    Ok(command.status()?.success())
}
