//! Builds the shop, once in a test process, as the tests themselves were built.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use serde_json::Value;

use crate::tools;

/// The shop's executable.
pub(super) fn shop() -> &'static PathBuf {
    static SHOP: OnceLock<Option<PathBuf>> = OnceLock::new();
    SHOP.get_or_init(build).as_ref().expect("the shop does not build; see above")
}

/// Tried once: what did not build for one test does not build for the next.
fn build() -> Option<PathBuf> {
    // <target>/<profile>/deps/<this test>
    let test = std::env::current_exe().expect("a test knows where it is");
    let profile = test.ancestors().nth(2).expect("a test stands in a profile's folder");
    let target = profile.parent().expect("a profile stands in the target folder");
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command
        // The whole workspace and a test beside the shop: so its dependencies have the features
        // that `cargo test --workspace` gave them, and are not built again.
        .args(["build", "--workspace", "--bin", "shop", "--test", "shop", "--quiet"])
        .arg("--message-format=json-render-diagnostics")
        .arg("--target-dir")
        .arg(target)
        .current_dir(tools::workspace())
        .stdin(Stdio::null())
        .stderr(Stdio::inherit());
    if profile.ends_with("release") {
        command.arg("--release");
    }
    let output = command.output().expect("cargo starts");
    let messages = String::from_utf8_lossy(&output.stdout).into_owned();
    let executable = messages
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .find_map(|message| {
            let target = &message["target"];
            let shop = target["name"] == "shop" && target["kind"][0] == "bin";
            message["executable"].as_str().filter(|_| shop).map(PathBuf::from)
        });
    executable.filter(|_| output.status.success())
}
