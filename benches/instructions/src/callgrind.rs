//! Starts this program under callgrind, and is what runs there.
//!
//! Callgrind collects only while a thread is inside of [`counted`]; other threads stand outside.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::Failure;
use crate::cases::{Case, LOOP};

/// Loops of the two runs.
const FEW: u64 = 1;
const MANY: u64 = 3;
/// Between the warm-up and what counts: the background takes away what the warm-up left.
const SETTLE: Duration = Duration::from_millis(200);

/// valgrind, from where `.ci/install` puts it, or from `PATH`.
pub(crate) fn find() -> Option<PathBuf> {
    let own = match env::var_os("PLIMSOLL_TOOLS") {
        Some(folder) if !folder.is_empty() => PathBuf::from(folder),
        _ => Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/tools"),
    };
    let path = env::var_os("PATH").unwrap_or_default();
    std::iter::once(own.join("bin"))
        .chain(env::split_paths(&path))
        .map(|folder| folder.join("valgrind"))
        .find(|file| file.is_file())
}

/// Instructions that one call of the case takes.
pub(crate) fn instructions(valgrind: &Path, case: &Case) -> Result<f64, Failure> {
    let few = collected(valgrind, case, FEW)?;
    let many = collected(valgrind, case, MANY)?;
    let more = many.checked_sub(few).ok_or("more calls took fewer instructions")?;
    Ok(more as f64 / ((MANY - FEW) * LOOP) as f64)
}

/// What callgrind collected in a run of so many loops.
fn collected(valgrind: &Path, case: &Case, loops: u64) -> Result<u64, Failure> {
    let program = env::current_exe()?;
    let out = program.with_file_name(format!("callgrind.{}.out", std::process::id()));
    let mut command = Command::new(valgrind);
    command
        .args(["--tool=callgrind", "--quiet", "--collect-atstart=no"])
        .arg("--toggle-collect=*plimsoll_instructions::callgrind::counted*")
        .arg(format!("--callgrind-out-file={}", out.display()))
        .arg(&program)
        .args(["--case", case.name, &loops.to_string()])
        .stdin(Stdio::null());
    // What is set for whoever runs this is not meant for what is measured.
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("OTEL_") || text.starts_with("RUST_LOG") {
            command.env_remove(&name);
        }
    }
    let run = command.output()?;
    if !run.status.success() {
        return Err(format!("{}: {}", case.name, String::from_utf8_lossy(&run.stderr)).into());
    }
    let profile = std::fs::read_to_string(&out)?;
    std::fs::remove_file(&out)?;
    let totals = profile.lines().find_map(|line| line.strip_prefix("totals: "));
    Ok(totals.ok_or("callgrind wrote no totals")?.trim().parse()?)
}

/// Runs the case; under callgrind, what `counted` does is collected.
pub(crate) fn measured(case: &Case, loops: u64) -> Result<(), Failure> {
    let telemetry = case.start()?;
    (case.calls)();
    if telemetry.is_some() {
        std::thread::sleep(SETTLE);
    }
    counted(case.calls, loops);
    // Leaves without flushing: nobody listens.
    std::process::exit(0)
}

#[inline(never)]
fn counted(calls: fn(), loops: u64) {
    for _ in 0..loops {
        calls();
    }
}
