//! What leaks: starts the package `leaks` beside this one.
//!
//! It is a program of its own, since it wants features of plimsoll and peers that no figure here
//! should have. Called by `main` for `leaks`.

use std::env;
use std::process::Command;

use crate::arguments::Arguments;
use crate::cases::Failure;

/// Builds and runs it; false if a slot showed nothing at all.
pub(crate) fn run(arguments: &Arguments) -> Result<bool, Failure> {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(env!("CARGO_MANIFEST_DIR"));
    command.args(["run", "--release", "--quiet", "--package", "plimsoll-leaks", "--"]);
    command.args(&arguments.filters);
    Ok(command.status()?.success())
}
