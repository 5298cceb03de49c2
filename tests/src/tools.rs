//! Finds the real servers and tools that the tests run against, and says loudly what is missing.
//!
//! Looked for in the folder that `.ci/install` fills (`PLIMSOLL_TOOLS`, else `target/tools` of the
//! workspace), then in `PATH`. It installs nothing.

use std::io::Write;
use std::path::{Path, PathBuf};

/// The executable of this name. Missing: a panic where `CI` is set, else one line and `None`.
pub fn find(name: &str) -> Option<PathBuf> {
    let found = folders().into_iter().map(|folder| folder.join(name)).find(|path| path.is_file());
    if found.is_none() {
        missing(name);
    }
    found
}

/// Says that something is not installed, and that a test is left out for it. Panics where `CI` is
/// set.
pub fn missing(name: &str) {
    assert!(!in_ci(), "{name} is not installed: .ci/run must install it");
    let thread = std::thread::current();
    let test = thread.name().unwrap_or("a test");
    say(&format!("SKIPPED: {name} is not installed (run .ci/install): {test}"));
}

/// True where `.ci/install` has left this file: it has tried to get something, and could not.
pub fn is_told_missing(file: &str) -> bool {
    tools_folder().join(file).is_file()
}

/// Writes a line that the test runner does not swallow.
pub fn say(line: &str) {
    // One write, so that lines of tests that run side by side do not mix.
    let _ = std::io::stderr().write_all(format!("{line}\n").as_bytes());
}

/// The root of the workspace.
pub fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ stands in the workspace")
}

/// A port that nobody listens on now.
pub fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
    listener.local_addr().expect("a bound listener has an address").port()
}

fn in_ci() -> bool {
    std::env::var("CI").is_ok_and(|value| !value.is_empty() && value != "false")
}

fn tools_folder() -> PathBuf {
    match std::env::var_os("PLIMSOLL_TOOLS") {
        Some(folder) if !folder.is_empty() => PathBuf::from(folder),
        _ => workspace().join("target/tools"),
    }
}

fn folders() -> Vec<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::iter::once(tools_folder().join("bin")).chain(std::env::split_paths(&path)).collect()
}
